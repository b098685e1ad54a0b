package e2e

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/ringwright/ringwright/test/lab"
)

//go:embed cqlsh.txt
var cqlshPackages string

// cqlshLayer is the tar of cqlsh and what it imports, at the path where the
// official image has it. Central has Cassandra's jars, but not its cqlsh, which
// PyPI has.
func cqlshLayer(dir string) (string, error) {
	const script = `set -eu
rm -rf "$stage"
mkdir -p "$stage/opt/cqlsh" "$stage/opt/cassandra/bin"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-compile --no-deps --require-hashes \
	--only-binary :all: --implementation cp --python-version 3.11 --platform manylinux2014_x86_64 --target "$stage/opt/cqlsh" --requirement "$packages"
cat >"$stage/opt/cassandra/bin/cqlsh" <<'END'
#!/bin/sh
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/opt/cqlsh exec python3 -m cqlshlib "$@"
END
chmod 755 "$stage/opt/cassandra/bin/cqlsh"
tar --sort=name --mtime=$time --owner=0 --group=0 --numeric-owner -cf "$layer.new" -C "$stage" opt
mv "$layer.new" "$layer"`
	sum := sha256.Sum256([]byte(script + cqlshPackages))
	layer := filepath.Join(dir, "cqlsh-"+hex.EncodeToString(sum[:])[:16]+".tar")
	if there(layer) {
		return layer, nil
	}
	packages, stage := filepath.Join(dir, "cqlsh.txt"), filepath.Join(dir, "stage-cqlsh")
	if err := os.WriteFile(packages, []byte(cqlshPackages), 0o644); err != nil {
		return "", err
	}
	defer os.RemoveAll(stage)
	cmd := exec.Command("sh", "-c", script)
	cmd.Env = append(os.Environ(), "stage="+stage, "packages="+packages, "layer="+layer, "time="+layerTime)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", &lab.NotHere{Err: fmt.Errorf("make the layer of cqlsh: %w: %s", err, said)}
	}
	return layer, nil
}
