package engine

import (
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// containerd reads hosts.toml, whose folder is named like the registry that it is
// about. Its hosts are asked in turn, and its server last; without one that is the
// registry itself.
// https://github.com/containerd/containerd/blob/main/docs/hosts.md
func containerd(d *document) {
	n := d.parsed(tree.TOML)
	if n == nil {
		return // containerd goes on to the registry itself, and the problem says that it is broken
	}
	for _, h := range n.Get("host").Members() {
		d.fetches(h.Name, "host", h.Line)
	}
	if s := n.Get("server"); s != nil {
		d.fetches(s.Str(), "server", s.Line)
		return
	}
	about := path.Base(path.Dir(d.file))
	if about == "_default" {
		d.unknown("it names no server, so that each registry is asked itself where no host answers: name one", "server", 1)
		return
	}
	if name, port, ok := strings.Cut(strings.TrimSuffix(about, "_"), "_"); ok {
		about = name + ":" + port
	}
	d.fetches(about, "no server, so the registry itself", 1)
}

// containers reads registries.conf. A registry that is blocked is none.
// https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
func containers(d *document) {
	n := d.parsed(tree.TOML)
	for _, s := range n.Get("unqualified-search-registries").Elements() {
		d.fetches(s.Str(), "unqualified-search-registries", s.Line)
	}
	for _, r := range n.Get("registry").Elements() {
		if b := r.Get("blocked"); b != nil && b.Text == "true" {
			continue
		}
		for _, m := range r.Get("mirror").Elements() {
			if l := m.Get("location"); l != nil {
				d.fetches(l.Str(), "mirror", l.Line)
			}
		}
		at := r.Get("location")
		if at == nil {
			at = r.Get("prefix")
		}
		if at != nil {
			d.fetches(strings.TrimPrefix(at.Str(), "*."), "registry", at.Line)
		}
	}
}

// docker reads daemon.json. Where its mirrors have nothing Docker asks Docker Hub,
// unless what it reaches is behind a proxy; where that leads, others know.
// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
func docker(d *document) {
	n := d.parsed(tree.JSON)
	mirrors := n.Get("registry-mirrors").Elements()
	for _, m := range mirrors {
		d.fetches(m.Str(), "registry-mirrors", m.Line)
	}
	if p := n.Get("proxies", "https-proxy"); p != nil {
		d.fetches(p.Str(), "proxies", p.Line)
	} else if len(mirrors) > 0 {
		d.unknown("Docker asks Docker Hub itself where the mirrors have nothing: put what is outside behind a proxy that refuses (proxies)", "registry-mirrors", mirrors[0].Line)
	}
}
