package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ringwright/ringwright/generator/spec"
)

// ReadModels reads the API models that a spec names, each relative to the
// spec's own file. One that cannot be read carries the reason, which Generate
// then reports with everything else that is wrong.
func ReadModels(file string, src []byte) []spec.Model {
	var models []spec.Model
	for _, p := range spec.ModelPaths(src) {
		data, err := ReadModel(filepath.Join(filepath.Dir(file), filepath.FromSlash(p)))
		models = append(models, spec.Model{Path: p, Data: data, Err: err})
	}
	return models
}

// ReadModel reads one API model. The error says what a person can do.
func ReadModel(name string) ([]byte, error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file", name)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var b bytes.Buffer
	// One byte more than a model may have, so that the reader of the model says what is wrong.
	_, err = io.CopyN(&b, file, spec.MaxModelBytes+1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b.Bytes(), nil
}
