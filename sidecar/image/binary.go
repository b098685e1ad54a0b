package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// binary is the sidecar for one platform, with what it says of itself.
type binary struct {
	contents []byte
	info     *debug.BuildInfo
	platform v1.Platform
}

// readBinary reads a binary and refuses what would not start in an image that
// holds nothing else.
func readBinary(path string) (binary, error) {
	contents, err := os.ReadFile(path)
	if err != nil {
		return binary{}, err
	}
	info, err := buildinfo.Read(bytes.NewReader(contents))
	if err != nil {
		return binary{}, fmt.Errorf("%s: it holds no Go build information: %w; want what go build made", path, err)
	}
	b := binary{contents, info, v1.Platform{OS: setting(info, "GOOS"), Architecture: setting(info, "GOARCH")}}
	if b.platform.OS != "linux" {
		return binary{}, fmt.Errorf("%s: it was built for %s; want GOOS=linux", path, b.platform)
	}
	if err := checkStatic(contents); err != nil {
		return binary{}, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func setting(info *debug.BuildInfo, key string) string {
	i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == key })
	if i < 0 {
		return ""
	}
	return info.Settings[i].Value
}

// checkStatic asks the file itself, not CGO_ENABLED: other build modes want a
// linker, too, and without one the kernel only says "no such file".
func checkStatic(contents []byte) error {
	f, err := elf.NewFile(bytes.NewReader(contents))
	if err != nil {
		return fmt.Errorf("it is no ELF file: %w; want a Linux binary", err)
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return errors.New("it is linked dynamically, and the image holds no linker; build it with CGO_ENABLED=0 and without -buildmode")
	}
	return nil
}
