// Package envoy reads the bootstrap and the resources of Envoy proxies: what
// clusters connect to, and what listeners, access logs and tracing send where. Each
// address is a flow from the proxy, whose name is the file's, or the node's.
package envoy

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes bounds one file; the dump of a large proxy has some tens of megabytes.
const maxBytes = 64 << 20

// Named reports whether a file may be one of Envoy's by its name.
func Named(path string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

var top = regexp.MustCompile(`(?m)^["']?static_resources["']?[ \t]*:`)

// Match reports whether a file is a bootstrap, or the dump of a configuration;
// head is its beginning.
func Match(path string, head []byte) bool {
	if filepath.Ext(path) == ".json" || bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) {
		return bytes.Contains(head, []byte(`"static_resources"`)) || bytes.Contains(head, []byte("envoy.admin.v3."))
	}
	return bytes.Contains(head, []byte("static_resources")) && top.Match(head)
}

// Read reads the files.
func Read(files []string) graph.Facts {
	files = slices.Clone(files)
	slices.Sort(files)
	var out graph.Facts
	for _, f := range files {
		one(f, &out)
	}
	return out
}

func one(path string, out *graph.Facts) {
	file := filepath.ToSlash(filepath.Clean(path))
	out.Files = append(out.Files, file)
	fail := func(line int, message string) {
		out.Problems = append(out.Problems, graph.Problem{Origin: graph.Origin{File: file, Line: line}, Message: message})
	}
	src, err := tree.Load(path, maxBytes)
	if err != nil {
		fail(0, err.Error())
		return
	}
	docs, err := tree.Documents(path, src)
	if err != nil {
		line, message := tree.Fault(err)
		if bytes.Contains(src, []byte("{{")) {
			message = "it has to be filled in by a template engine before it is YAML: render it and check what comes out"
		}
		fail(line, message)
	}
	for _, d := range docs {
		p := &proxy{file: file, out: out, name: graph.Address(file), clusters: map[string]string{}, seen: map[string]bool{}}
		p.read(d)
	}
}

// A proxy is one configuration.
type proxy struct {
	file     string
	name     graph.Address
	out      *graph.Facts
	clusters map[string]string // why a cluster is called, by its name
	seen     map[string]bool
}

func (p *proxy) read(n *tree.Node) {
	if id := n.Get("node", "id").Str(); id != "" {
		p.name = graph.Address("envoy/" + id)
	}
	p.purposes(n, "data", 0)
	p.visit(n, 0)
}

// deepest bounds how deep configuration is looked at.
const deepest = 60

// senders are parts of a configuration from which a cluster is called for
// something else than the traffic itself.
var senders = map[string]string{"access_log": "logs", "tracing": "logs", "stats_sinks": "logs", "http_tracers": "logs", "remote_jwks": "identity", "ads_config": "peer", "lds_config": "peer", "cds_config": "peer",
	"ext_authz": "identity", "rate_limit_service": "data", "config_source": "peer"}

// purposes finds why clusters are called: by the part that names them.
func (p *proxy) purposes(n *tree.Node, purpose string, depth int) {
	if n == nil || depth > deepest {
		return
	}
	for _, it := range n.Items {
		p.purposes(it, purpose, depth+1)
	}
	if n.Kind != tree.Object {
		return
	}
	if strings.HasSuffix(n.Get("name").Str(), "ext_authz") {
		purpose = "identity"
	}
	for _, f := range n.Fields {
		at := purpose
		if why, ok := senders[f.Name]; ok {
			at = why
		}
		switch f.Name {
		case "cluster", "cluster_name", "collector_cluster":
			if name := f.Value.Str(); name != "" && (p.clusters[name] == "" || p.clusters[name] == "data") {
				p.clusters[name] = at
			}
		default:
			p.purposes(f.Value, at, depth+1)
		}
	}
}

// visit finds the clusters, wherever in the configuration they stand.
func (p *proxy) visit(n *tree.Node, depth int) {
	if n == nil || depth > deepest {
		return
	}
	for _, it := range n.Items {
		p.visit(it, depth+1)
	}
	if n.Kind != tree.Object {
		return
	}
	if name := n.Get("name").Str(); name != "" && (n.Get("load_assignment") != nil || n.Get("hosts") != nil || n.Get("type").Str() != "" || n.Get("cluster_type") != nil) && n.Get("filter_chains") == nil {
		p.out.Blocks++
		p.cluster(name, n)
	}
	for _, f := range n.Fields {
		p.visit(f.Value, depth+1)
	}
}

func (p *proxy) cluster(name string, n *tree.Node) {
	purpose := p.clusters[name]
	if purpose == "" {
		purpose = "data"
	}
	found := false
	p.addresses(n, 0, func(address, port, line *tree.Node) {
		found = true
		p.flow(name, purpose, address, port, line)
	})
	if found {
		return
	}
	switch typ := n.Get("cluster_type", "name").Str(); {
	case strings.HasSuffix(typ, "dynamic_forward_proxy"):
		p.unknown(name, purpose, n, "it goes to whatever host a request names")
	case n.Get("type").Str() == "EDS":
		p.unknown(name, purpose, n, "its endpoints come from a control plane, which was not read")
	case n.Get("type").Str() == "ORIGINAL_DST":
		p.unknown(name, purpose, n, "it goes to whatever address a connection had")
	}
}

// addresses calls f for every socket address of a cluster.
func (p *proxy) addresses(n *tree.Node, depth int, f func(address, port, at *tree.Node)) {
	if n == nil || depth > deepest {
		return
	}
	for _, it := range n.Items {
		p.addresses(it, depth+1, f)
	}
	if n.Kind != tree.Object {
		return
	}
	if s := n.Get("socket_address"); s != nil && s.Get("address") != nil {
		f(s.Get("address"), s.Get("port_value"), s.Get("address"))
	}
	for _, m := range n.Fields {
		if m.Name != "source_address" && m.Name != "upstream_bind_config" {
			p.addresses(m.Value, depth+1, f)
		}
	}
}

func (p *proxy) flow(cluster, purpose string, address, port, at *tree.Node) {
	to := address.Str()
	if to == "" || strings.ContainsAny(to, "{$ \t\n") {
		p.unknown(cluster, purpose, at, "its address is filled in when the proxy starts")
		return
	}
	if strings.HasPrefix(to, "127.") || to == "::1" || to == "localhost" {
		return // the program beside the proxy: nothing leaves the host
	}
	if port != nil && port.Text != "" && port.Kind == tree.Number {
		if strings.Contains(to, ":") {
			to = "[" + to + "]"
		}
		to += ":" + port.Text
	}
	p.add(graph.Flow{To: graph.Address(to), Purpose: purpose, Via: "the cluster " + cluster, Origin: graph.Origin{File: p.file, Line: at.Line}})
}

func (p *proxy) unknown(cluster, purpose string, at *tree.Node, why string) {
	p.add(graph.Flow{Unknown: why, Purpose: purpose, Via: "the cluster " + cluster, Origin: graph.Origin{File: p.file, Line: at.Line}})
}

// add keeps one flow for each destination and purpose; the first line shows it.
func (p *proxy) add(f graph.Flow) {
	key := string(f.To) + "\x00" + f.Purpose
	if f.To == "" {
		key += "\x00" + f.Via
	}
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	f.From, f.State, f.Root = p.name, graph.Planned, p.file
	p.out.Flows = append(p.out.Flows, f)
}
