package generator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// apiServer is as much of a Kubernetes API as restart.sh needs for a datacenter
// of one member: nobody else has to be asked, so there is no exec.
type apiServer struct {
	mu      sync.Mutex
	pod     map[string]any
	deleted int
}

const apiNamespace = "/namespaces/customers-eastus"

func (a *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	reply := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			panic(err)
		}
	}
	resource := func(name, kind string) []map[string]any {
		return []map[string]any{{"name": name, "namespaced": true, "kind": kind, "verbs": []string{"get", "list", "delete"}}}
	}
	selected := r.URL.Query().Get("labelSelector") == "app.kubernetes.io/name=cassandra"
	switch path := r.URL.Path; {
	case path == "/api":
		reply(map[string]any{"kind": "APIVersions", "versions": []string{"v1"}})
	case path == "/apis":
		version := map[string]any{"groupVersion": "apps/v1", "version": "v1"}
		reply(map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{
			map[string]any{"name": "apps", "versions": []any{version}, "preferredVersion": version}}})
	case path == "/api/v1":
		reply(map[string]any{"kind": "APIResourceList", "groupVersion": "v1", "resources": resource("pods", "Pod")})
	case path == "/apis/apps/v1":
		reply(map[string]any{"kind": "APIResourceList", "groupVersion": "apps/v1", "resources": resource("statefulsets", "StatefulSet")})
	case path == "/apis/apps/v1"+apiNamespace+"/statefulsets" && selected:
		reply(map[string]any{"kind": "StatefulSetList", "apiVersion": "apps/v1", "metadata": map[string]any{}, "items": []any{map[string]any{
			"kind": "StatefulSet", "apiVersion": "apps/v1",
			"metadata": map[string]any{"name": "cassandra-0", "namespace": "customers-eastus", "generation": 4},
			"spec":     map[string]any{"replicas": 1},
			"status":   map[string]any{"observedGeneration": 4, "updateRevision": "cassandra-0-6b9", "currentRevision": "cassandra-0-58c"},
		}}})
	case path == "/api/v1"+apiNamespace+"/pods" && selected:
		reply(map[string]any{"kind": "PodList", "apiVersion": "v1", "metadata": map[string]any{}, "items": []any{a.pod}})
	case path == "/api/v1"+apiNamespace+"/pods/cassandra-0-0" && r.Method == http.MethodDelete:
		a.deleted++
		old := a.pod
		a.pod = apiPod("new-uid", "cassandra-0-6b9")
		reply(old)
	default:
		http.NotFound(w, r) // kubectl also asks for versions
	}
}

func apiPod(uid, revision string) map[string]any {
	return map[string]any{
		"kind": "Pod", "apiVersion": "v1",
		"metadata": map[string]any{"name": "cassandra-0-0", "namespace": "customers-eastus", "uid": uid, "labels": map[string]any{"controller-revision-hash": revision}},
		"status": map[string]any{"podIP": "10.1.0.34", "conditions": []any{
			map[string]any{"type": "PodScheduled", "status": "False"}, map[string]any{"type": "Ready", "status": "True"}}},
	}
}

// TestRestartWithKubectl runs the script with the real kubectl, which alone can
// say whether the templates that the stand-in takes for granted are right.
func TestRestartWithKubectl(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("kubectl is not in PATH")
	}
	tests := []struct {
		name    string
		pod     map[string]any
		want    outcome
		deleted int
	}{
		{"outdated", apiPod("old-uid", "cassandra-0-58c"), outcome{0, "cassandra-0-0: restarting\ncassandra-0-0: back\n1 restarted\n", ""}, 1},
		{"current", apiPod("old-uid", "cassandra-0-6b9"), outcome{0, "0 restarted\n", ""}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := &apiServer{pod: tt.pod}
			server := httptest.NewServer(api)
			defer server.Close()
			dir := t.TempDir()
			script, config := filepath.Join(dir, "restart.sh"), filepath.Join(dir, "kubeconfig")
			write(t, script, string(compiled(t)["eastus/restart.sh"]))
			write(t, config, fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: %q}}]\ncontexts: [{name: x, context: {cluster: c, user: \"\"}}]\n", server.URL))
			cmd := exec.Command("sh", script, "--kubeconfig", config, "--context", "x", "--timeout", "1")
			cmd.Env = []string{"PATH=" + filepath.Dir(kubectl) + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + dir}
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			_ = cmd.Run() // the outcome tells
			got := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if api.deleted != tt.deleted {
				t.Errorf("%d deleted, want %d", api.deleted, tt.deleted)
			}
		})
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
