package tfplan

import (
	"strings"
)

// A step is one part of an address with its instance key.
type step struct {
	name string // "child" of module.child[0]
	key  string // `["a"]` or "[0]" with brackets, "" for none
}

// An address is a parsed resource address.
type address struct {
	modules []step
	id      step // "aws_s3_bucket.b", with key; data sources begin with "data."
}

// parseAddress parses a resource address, or a module address, which leaves
// id empty. ok is false when it is neither.
func parseAddress(s string) (a address, ok bool) {
	var parts []step
	for rest := s; ; {
		p, tail, ok := nextPart(rest)
		if !ok {
			return address{}, false
		}
		parts = append(parts, p)
		if tail == "" {
			break
		}
		rest = tail[1:]
	}
	for len(parts) >= 2 && parts[0].name == "module" && parts[0].key == "" {
		a.modules = append(a.modules, parts[1])
		parts = parts[2:]
	}
	switch {
	case len(parts) == 0:
		return a, len(a.modules) > 0
	case len(parts) == 2 && parts[0].key == "":
		a.id = step{parts[0].name + "." + parts[1].name, parts[1].key}
		return a, true
	case len(parts) == 3 && (parts[0].name == "data" || parts[0].name == "ephemeral"):
		a.id = step{parts[0].name + "." + parts[1].name + "." + parts[2].name, parts[2].key}
		return a, true
	}
	return address{}, false
}

// nextPart cuts name[key] off; tail is empty or begins with a dot.
func nextPart(s string) (p step, tail string, ok bool) {
	i := strings.IndexAny(s, ".[")
	if i < 0 {
		return step{name: s}, "", s != ""
	}
	p.name, tail = s[:i], s[i:]
	if tail[0] == '[' {
		n := keyEnd(tail)
		if n < 0 {
			return p, "", false
		}
		p.key, tail = tail[:n], tail[n:]
	}
	return p, tail, p.name != "" && (tail == "" || tail[0] == '.' && len(tail) > 1)
}

// keyEnd returns the length of the key in brackets that s begins with; a key
// in quotes may hold brackets, dots and escaped quotes. -1 when it does not end.
func keyEnd(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return -1
}

// path is the module path with keys: "module.a[0].module.b", "" at the top.
func path(steps []step) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString("module." + s.name + s.key)
	}
	return b.String()
}

// bare is the module path without keys.
func bare(steps []step) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString("module." + s.name)
	}
	return b.String()
}

// join puts a module path before something.
func join(module, id string) string {
	if module == "" {
		return id
	}
	return module + "." + id
}
