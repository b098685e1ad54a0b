package metadata

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// ZoneLabel is the label that says in which zone a node is. From Kubernetes
// 1.35 on the API server copies it from the node to its pods.
// https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
const ZoneLabel = "topology.kubernetes.io/zone"

// maxLabels is the largest file of labels in bytes; an object of the
// Kubernetes API is smaller than that.
const maxLabels = 1 << 20

// ReadLabels reads the file of the pod's labels (--labels) that the kubelet
// writes before the first container of the pod starts.
func ReadLabels(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the pod's labels: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxLabels+1))
	if err != nil {
		return nil, fmt.Errorf("read the pod's labels: %w", err)
	}
	if len(data) > maxLabels {
		return nil, fmt.Errorf("read the pod's labels: %s is larger than %d bytes", path, maxLabels)
	}
	labels, err := ParseLabels(data)
	if err != nil {
		return nil, fmt.Errorf("read the pod's labels: %s:%w", path, err)
	}
	return labels, nil
}

// ParseLabels reads labels as the kubelet writes them for the downward API:
// a line key="value" each, the value quoted and escaped as Go does it, the
// last line with or without a line break. An error begins with the number of
// the line.
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/fieldpath/fieldpath.go
func ParseLabels(data []byte) (map[string]string, error) {
	labels := map[string]string{}
	content := strings.TrimSuffix(string(data), "\n")
	if content == "" {
		return labels, nil
	}
	for i, line := range strings.Split(content, "\n") {
		key, value, err := label(line)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
		if _, twice := labels[key]; twice {
			return nil, fmt.Errorf("%d: %s stands there twice", i+1, quoted(key))
		}
		labels[key] = value
	}
	return labels, nil
}

var errNoLabel = errors.New(`is no label; a line is key="value"`)

func label(line string) (key, value string, err error) {
	key, literal, found := strings.Cut(line, "=")
	if !found || key == "" || strings.ContainsAny(key, "\" \t\r") {
		return "", "", fmt.Errorf("%s %w", quoted(line), errNoLabel)
	}
	// Unquote alone would take `x` and 'x' as well.
	value, err = strconv.Unquote(literal)
	if err != nil || !strings.HasPrefix(literal, `"`) {
		return "", "", fmt.Errorf("%s %w", quoted(line), errNoLabel)
	}
	return key, value, nil
}
