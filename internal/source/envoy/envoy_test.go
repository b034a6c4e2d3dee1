package envoy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const bootstrap = `node: {id: edge, cluster: edge}
static_resources:
  listeners:
  - name: in
    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          access_log:
          - name: grpc
            typed_config: {common_config: {grpc_service: {envoy_grpc: {cluster_name: als}}}}
          route_config: {virtual_hosts: [{routes: [{route: {cluster: openai}}]}]}
          http_filters:
          - name: envoy.filters.http.ext_authz
            typed_config: {grpc_service: {envoy_grpc: {cluster_name: authz}}}
  clusters:
  - name: openai
    type: LOGICAL_DNS
    load_assignment:
      cluster_name: openai
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: api.openai.com, port_value: 443}}}
        - endpoint: {address: {socket_address: {address: "2001:db8::1", port_value: 443}}}
  - name: als
    type: STRICT_DNS
    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: logs.example.com, port_value: 4317}}}}]}]}
  - name: authz
    type: STRICT_DNS
    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: "${AUTHZ}", port_value: 1}}}}]}]}
  - name: local
    type: STATIC
    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 80}}}}]}]}
  - name: eds
    type: EDS
  - name: any
    cluster_type: {name: envoy.clusters.dynamic_forward_proxy}
`

func describe(f graph.Facts) string {
	var b strings.Builder
	for _, x := range f.Flows {
		fmt.Fprintf(&b, "%s → %s%s (%s, %s) %d\n", x.From, x.To, x.Unknown, x.Purpose, x.Via, x.Origin.Line)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "! %d %s\n", p.Origin.Line, p.Message)
	}
	return b.String()
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBootstrap(t *testing.T) {
	if !Match("envoy.yaml", []byte(bootstrap)) || Match("x.yaml", []byte("a: b\n")) || !Match("x.json", []byte(`{"static_resources": {}}`)) || Match("x.json", []byte(`{}`)) {
		t.Error("what is matched")
	}
	f := Read([]string{written(t, "envoy.yaml", bootstrap)})
	want := `envoy/edge → api.openai.com:443 (data, the cluster openai) 24
envoy/edge → [2001:db8::1]:443 (data, the cluster openai) 25
envoy/edge → logs.example.com:4317 (logs, the cluster als) 28
envoy/edge → its address is filled in when the proxy starts (identity, the cluster authz) 31
envoy/edge → its endpoints come from a control plane, which was not read (data, the cluster eds) 35
envoy/edge → it goes to whatever host a request names (data, the cluster any) 37
`
	if got := describe(f); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if err := f.Check(); err != nil || f.Blocks != 6 || len(f.Files) != 1 {
		t.Errorf("%v, %d blocks, files %v", err, f.Blocks, f.Files)
	}
}

func TestBroken(t *testing.T) {
	for name, text := range map[string]string{"a.yaml": "static_resources: [\n", "b.json": `{"static_resources": `, "c.yaml": "static_resources:\n  x: {{ .x }\n"} {
		if f := Read([]string{written(t, name, text)}); len(f.Problems) != 1 {
			t.Errorf("%s: %s", name, describe(f))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(bootstrap), false)
	f.Add([]byte(`{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "static_clusters": [{"cluster": {"name": "a", "type": "STATIC", "hosts": [{"socket_address": {"address": "1.2.3.4"}}]}}]}]}`), true)
	f.Add([]byte("static_resources: {clusters: [{name: a, load_assignment: [[[1]]], type: {}}]}\n"), false)
	f.Fuzz(func(t *testing.T, src []byte, json bool) {
		path := written(t, map[bool]string{true: "a.json", false: "a.yaml"}[json], string(src))
		facts := Read([]string{path})
		if err := facts.Check(); err != nil {
			t.Fatal(err)
		}
		if a, b := describe(facts), describe(Read([]string{path})); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	})
}
