package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/ringwright/ringwright/test/lab"
)

// cassandraImage makes an image with the layout of the official one: the
// distribution of the lab below /opt/cassandra and /etc/cassandra, Debian's base,
// a Java runtime, user 999. What was made stays below dir.
// https://github.com/docker-library/cassandra/blob/master/5.0/Dockerfile
func cassandraImage(dir, ref string) (image, error) {
	d, err := lab.Cassandra(lab.Cassandra50)
	if err != nil {
		return image{}, err
	}
	base, err := debianBase(dir)
	if err != nil {
		return image{}, err
	}
	runtime, err := javaRuntime(dir)
	if err != nil {
		return image{}, err
	}
	layer, err := cassandraLayer(dir, d, runtime)
	if err != nil {
		return image{}, err
	}
	client, err := cqlshLayer(dir)
	if err != nil {
		return image{}, err
	}
	return image{ref: ref, layers: []string{base, client, layer}, config: v1.Config{
		Cmd: []string{"cassandra", "-f"},
		Env: []string{
			"PATH=/opt/cassandra/bin:/opt/cassandra/tools/bin:/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"JAVA_HOME=/opt/java/openjdk", "CASSANDRA_HOME=/opt/cassandra", "CASSANDRA_CONF=/etc/cassandra",
		},
		Volumes: map[string]struct{}{"/var/lib/cassandra": {}},
	}}, nil
}

// debianBase is Debian's essential packages without what a container never
// uses, and Python for cqlsh.
func debianBase(dir string) (string, error) {
	path := filepath.Join(dir, "debian-python-base.tar")
	if there(path) {
		return path, nil
	}
	const prune = `cd "$1" && rm -rf usr/share/perl* usr/lib/*/perl* usr/lib/*/gconv usr/share/info usr/share/bash-completion var/lib/dpkg var/lib/apt var/cache/*`
	made := path + ".new.tar"
	cmd := exec.Command("mmdebstrap", "--quiet", "--variant=essential", "--include=procps,libstdc++6,zlib1g,python3",
		"--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
		`--customize-hook=echo cassandra:x:999: >>"$1/etc/group"; echo cassandra:x:999:999::/home/cassandra:/bin/sh >>"$1/etc/passwd"`,
		"--customize-hook="+prune, "bookworm", made)
	for _, sources := range []string{"/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"} {
		// This machine's own mirror, where it has one.
		if _, err := os.Stat(sources); err == nil {
			cmd.Args = append(cmd.Args, sources)
			break
		}
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", &lab.NotHere{Err: fmt.Errorf("make Debian's base: %w: %s", err, said)}
	}
	return path, os.Rename(made, path)
}

// javaModules are those that Cassandra and nodetool use. Not obvious:
// java.desktop (java.beans, for the YAML reader), jdk.management.agent (the
// properties of JMX), jdk.naming.rmi (nodetool's look-up of the JMX registry).
var javaModules = []string{
	"java.compiler", "java.desktop", "java.instrument", "java.management", "java.management.rmi", "java.naming", "java.rmi", "java.scripting",
	"java.sql", "java.xml", "jdk.attach", "jdk.crypto.ec", "jdk.jcmd", "jdk.management", "jdk.management.agent", "jdk.naming.rmi", "jdk.net",
	"jdk.unsupported", "jdk.zipfs",
}

// javaRuntime is a Java runtime of those modules, a third of the package's.
func javaRuntime(dir string) (string, error) {
	path := filepath.Join(dir, "java")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	made := path + ".new"
	if err := os.RemoveAll(made); err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"jlink", "--strip-debug", "--no-header-files", "--no-man-pages", "--output", made, "--add-modules", strings.Join(javaModules, ",")},
		// The JDK's own class archive, which jlink leaves out.
		{filepath.Join(made, "bin", "java"), "-Xshare:dump"},
	} {
		if said, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("make a Java runtime: %s: %w: %s", args[0], err, said)
		}
	}
	return path, os.Rename(made, path)
}

// layerTime is the time of every file of the layer; the class archives
// hold the jars' times.
const layerTime = "@1000000000"

// cassandraLayer is the tar of Cassandra and Java, made anew where something in
// it has changed.
func cassandraLayer(dir string, d *lab.Distribution, runtime string) (string, error) {
	layer, stage := filepath.Join(dir, "cassandra.tar"), filepath.Join(dir, "stage")
	sum, err := layerSum(d)
	if err != nil {
		return "", err
	}
	if old, err := os.ReadFile(layer + ".sum"); err == nil && string(old) == sum {
		return layer, nil
	}
	_ = os.Remove(layer + ".sum")
	defer os.RemoveAll(stage)
	const script = `set -eu
rm -rf "$stage"
mkdir -p "$stage/opt/java" "$stage/etc" "$stage/var/lib/cassandra" "$stage/var/log/cassandra"
cp -r "$home" "$stage/opt/cassandra"
rm -f "$stage"/opt/cassandra/lib/*.jsa
mv "$stage/opt/cassandra/conf" "$stage/etc/cassandra"
ln -s /etc/cassandra "$stage/opt/cassandra/conf"
cp -r "$runtime" "$stage/opt/java/openjdk"
find "$stage" -exec touch -h -d $time {} +
mount --make-rprivate /
mount --bind "$stage/opt" /opt
PATH=/opt/java/openjdk/bin:$PATH JAVA_HOME=/opt/java/openjdk CASSANDRA_HOME=/opt/cassandra CASSANDRA_CONF="$stage/etc/cassandra" \
	sh -c "$archive" archive /opt
umount /opt
mv "$stage"/opt/*.jsa "$stage/opt/cassandra/lib/"
chown -R 999:999 "$stage/etc/cassandra" "$stage/var/lib/cassandra" "$stage/var/log/cassandra"
tar --sort=name --mtime=$time --numeric-owner -cf "$layer" -C "$stage" opt etc var`
	cmd := lab.Alone("sh", "-c", script)
	cmd.Env = append(os.Environ(), "stage="+stage, "home="+d.Home, "runtime="+runtime, "layer="+layer, "time="+layerTime, "archive="+lab.ArchiveScript)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make Cassandra's layer: %w: %s", err, said)
	}
	return layer, os.WriteFile(layer+".sum", []byte(sum), 0o644)
}

// layerSum is a sum of everything that goes into the layer but Java. The jars
// are those of a list of sums already.
func layerSum(d *lab.Distribution) (string, error) {
	h := sha256.New()
	for _, below := range []string{"bin", "tools", "conf"} {
		err := filepath.WalkDir(filepath.Join(d.Home, below), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			fmt.Fprintf(h, "%s %d\n%s", path, len(data), data)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	jars, err := lab.Jars(d.Version)
	fmt.Fprint(h, jars, layerTime, javaModules, lab.ArchiveScript)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err)
}
