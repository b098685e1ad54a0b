package lab

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Versions of Cassandra that can be had: the newest 5.0 and 4.1 on Maven
// Central.
const (
	Cassandra50 = "5.0.9"
	Cassandra41 = "4.1.10"
)

// javaVersions are the Java versions that each is run with.
var javaVersions = map[string]string{Cassandra50: "17", Cassandra41: "11"}

//go:embed jars image
var embedded embed.FS

// Distribution is Cassandra in the layout of the official image.
type Distribution struct {
	Version string
	// Home holds bin, lib and tools/bin.
	Home string
	// Conf is the image's own configuration.
	Conf string
	// JavaHome is the Java runtime, or empty for the one in PATH.
	JavaHome string
}

// NotHere is why something that a lab needs from elsewhere cannot be had.
type NotHere struct{ Err error }

func (e *NotHere) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *NotHere) Unwrap() error { return e.Err }

// Cassandra gives a version of Cassandra below the cache directory, which is
// RINGWRIGHT_CACHE or ringwright in the user's. What is not there yet Maven
// fetches; that it cannot is a *NotHere.
func Cassandra(version string) (*Distribution, error) {
	cache, err := CacheDir()
	if err != nil {
		return nil, err
	}
	javaHome, err := java(cache, javaVersions[version])
	if err != nil {
		return nil, err
	}
	home := filepath.Join(cache, "cassandra-"+version)
	d := &Distribution{Version: version, Home: home, Conf: filepath.Join(home, "conf"), JavaHome: javaHome}
	if err := d.jars(); err != nil {
		return nil, err
	}
	if err := d.files(); err != nil {
		return nil, err
	}
	return d, d.archive()
}

// CacheDir is where what was fetched or made once is kept.
func CacheDir() (string, error) {
	dir := os.Getenv("RINGWRIGHT_CACHE")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(user, "ringwright")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// jars makes lib hold exactly the listed jars.
func (d *Distribution) jars() error {
	sums, err := Jars(d.Version)
	if err != nil {
		return err
	}
	lib := filepath.Join(d.Home, "lib")
	if verify(lib, sums) == nil {
		return nil
	}
	if err := os.RemoveAll(lib); err != nil {
		return err
	}
	if err := d.fetch(lib); err != nil {
		return err
	}
	if err := prune(lib, sums); err != nil {
		return err
	}
	return verify(lib, sums)
}

// fetch has Maven copy the jars of this version and all they depend on.
func (d *Distribution) fetch(lib string) error {
	if _, err := exec.LookPath("mvn"); err != nil {
		return &NotHere{fmt.Errorf("the jars of Cassandra %s are not in %s yet, and mvn, which fetches them, is not in PATH", d.Version, lib)}
	}
	pom, err := embedded.ReadFile("jars/pom.xml")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ringwright-jars-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "pom.xml"), pom, 0o644); err != nil {
		return err
	}
	cmd := exec.Command("mvn", "-q", "-B", "-f", dir, "-Dcassandra.version="+d.Version, "-DoutputDirectory="+lib,
		"org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies")
	if out, err := cmd.CombinedOutput(); err != nil {
		return &NotHere{fmt.Errorf("fetch the jars of Cassandra %s from Maven Central: %w: %s", d.Version, err, bytes.TrimSpace(out))}
	}
	return nil
}

// Jars is the list of a version's jars and their SHA-256 sums. The natives of
// other systems than Linux are not in it.
func Jars(version string) (map[string]string, error) {
	data, err := embedded.ReadFile("jars/" + version + ".sha256")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
		sum, name, ok := strings.Cut(s.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("%s.sha256: %q is no sum and name", version, s.Text())
		}
		sums[name] = sum
	}
	return sums, nil
}

// prune removes the jars that are not listed.
func prune(lib string, sums map[string]string) error {
	entries, err := os.ReadDir(lib)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if sums[e.Name()] == "" {
			if err := os.Remove(filepath.Join(lib, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// verify holds the listed jars against their sums.
func verify(lib string, sums map[string]string) error {
	var errs []error
	for name, want := range sums {
		got, err := fileSum(filepath.Join(lib, name))
		if err == nil && got != want {
			err = fmt.Errorf("%s: its SHA-256 is %s, not %s", name, got, want)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// files writes the scripts and the configuration.
func (d *Distribution) files() error {
	for from, to := range map[string]string{"image/bin": "bin", "image/tools": "tools/bin", "image/conf": "conf"} {
		if err := d.copy(from, filepath.Join(d.Home, to)); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(d.Home, "java-version"), []byte(javaVersions[d.Version]+"\n"), 0o644)
}

// copy copies a directory of this package; everything but configuration is a script.
func (d *Distribution) copy(from, to string) error {
	entries, err := fs.ReadDir(embedded, from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o755)
	if from == "image/conf" {
		mode = 0o644
	}
	for _, e := range entries {
		data, err := fs.ReadFile(embedded, path.Join(from, e.Name()))
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(to, e.Name()), data, mode); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file that others may be reading.
func replace(path string, data []byte, mode fs.FileMode) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	temporary := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
	if err := os.WriteFile(temporary, data, mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
