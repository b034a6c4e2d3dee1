// Package proxy reads the configuration of proxies that is written in languages of
// their own: nginx, HAProxy and Squid. What a reverse proxy passes requests on to,
// and what a forward proxy lets its clients reach, are flows from the proxy, which
// is called as its file is.
//
// What is decided when a request comes is not known, and is never guessed: a target
// made of variables, a pattern of hosts, a proxy that lets through to anywhere.
package proxy

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes bounds one file, and maxFiles how many others one may include.
const (
	maxBytes = 16 << 20
	maxFiles = 2_000
)

// A language is that of one kind of proxy.
type language struct {
	is   func(head []byte) bool
	read func(p *proxy, file string) // reads the file, and those that it includes
}

// languages is the list; the first that a file is counts.
var languages = []language{
	{isSquid, (*proxy).squid},
	{isHAProxy, (*proxy).haproxy},
	{isNginx, (*proxy).nginx},
}

// Name reports whether a file may be one of a proxy's by its name.
func Name(file string) bool {
	name := strings.ToLower(filepath.ToSlash(file))
	for _, end := range []string{".template", ".tmpl", ".tpl", ".j2", ".erb", ".example", ".sample", ".default"} {
		name = strings.TrimSuffix(name, end)
	}
	switch path.Ext(name) {
	case ".conf", ".cfg", ".nginx", ".vhost", ".inc":
		return true
	case "":
		dir := path.Base(path.Dir(name))
		return dir == "sites-available" || dir == "sites-enabled" || dir == "conf.d" || path.Base(name) == "nginx" || path.Base(name) == "haproxy"
	}
	return false
}

// Match reports whether a file is one of a proxy's; head is its beginning.
func Match(file string, head []byte) bool { return Name(file) && languageOf(head) != nil }

func languageOf(head []byte) *language {
	if bytes.IndexByte(head, 0) >= 0 {
		return nil
	}
	for i := range languages {
		if languages[i].is(head) {
			return &languages[i]
		}
	}
	return nil
}

// Read reads the files. One that another includes is a part of that one.
func Read(files []string) graph.Facts {
	files = slices.Clone(files)
	slices.Sort(files)
	var out graph.Facts
	by := map[string]string{} // a file that includes one
	var all []*proxy
	for _, f := range slices.Compact(files) {
		p := &proxy{file: filepath.ToSlash(filepath.Clean(f)), seen: map[edge]bool{}, taken: map[string]bool{}}
		p.read(f)
		for name := range p.taken {
			if by[name] == "" {
				by[name] = p.file
			}
		}
		all = append(all, p)
	}
	for _, p := range all {
		if partOf(p.file, by) {
			continue
		}
		out.Flows = append(out.Flows, p.out.Flows...)
		out.Problems = append(out.Problems, p.out.Problems...)
		out.Files = append(out.Files, p.out.Files...)
		out.Blocks += p.out.Blocks
	}
	slices.Sort(out.Files)
	out.Files = slices.Compact(out.Files)
	return out
}

// partOf reports whether a file is read as a part of another. Of files that include
// each other the first is none.
func partOf(file string, by map[string]string) bool {
	seen, first := map[string]bool{}, file
	for at := file; ; at = by[at] {
		if at == "" {
			return by[file] != ""
		}
		if seen[at] {
			return file != first || at != file
		}
		seen[at], first = true, min(first, at)
	}
}

// A proxy is one configuration, with all that it includes.
type proxy struct {
	file  string
	out   graph.Facts
	seen  map[edge]bool
	taken map[string]bool // files that were included
}

func (p *proxy) read(file string) {
	src, ok := p.load(file)
	if !ok {
		return
	}
	if l := languageOf(src[:min(len(src), 64<<10)]); l != nil {
		l.read(p, file)
		return
	}
	p.problem(graph.Origin{File: p.file}, "it is no configuration of nginx, HAProxy or Squid that is known")
}

// Marks of template engines: what they put in, and what they only do.
var (
	putIn = lazy.Regexp(`\{\{[^\n]*?\}\}|<%=[^\n]*?%>`)
	done  = lazy.Regexp(`\{%[^\n]*?%\}|\{#[^\n]*?#\}|<%[^\n]*?%>`)
)

// hole stands where a template engine puts something in.
const hole = "<filled-in>"

// load gives the bytes of a file, or makes a problem of it.
func (p *proxy) load(file string) ([]byte, bool) {
	name := filepath.ToSlash(filepath.Clean(file))
	if !slices.Contains(p.out.Files, name) {
		p.out.Files = append(p.out.Files, name)
	}
	src, err := tree.Load(file, maxBytes)
	if err != nil {
		p.problem(graph.Origin{File: name}, err.Error())
	}
	return done().ReplaceAll(putIn().ReplaceAll(src, []byte(hole)), nil), err == nil
}

func (p *proxy) problem(at graph.Origin, text string) {
	p.out.Problems = append(p.out.Problems, graph.Problem{Origin: at, Message: text})
}
