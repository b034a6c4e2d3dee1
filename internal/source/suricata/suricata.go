// Package suricata reads rules of Suricata as lists of what may be reached: a name
// that a rule lets pass, or that a rule which drops leaves out. Each is a flow from
// the file of rules. Rules that look for attacks say nothing of that, and are
// counted only.
package suricata

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

const maxBytes = 64 << 20

// Named reports whether a file may hold rules by its name.
func Named(path string) bool { return filepath.Ext(path) == ".rules" }

var rule = regexp.MustCompile(`(?m)^[ \t]*(alert|drop|pass|reject|rejectsrc|rejectdst|rejectboth)[ \t]+[a-z0-9-]+[ \t]+\S.*(->|<>)`)

// Match reports whether a file holds rules; head is its beginning.
func Match(_ string, head []byte) bool { return rule.Match(head) }

// Read reads the files.
func Read(files []string) graph.Facts {
	files = slices.Clone(files)
	slices.Sort(files)
	var out graph.Facts
	for _, f := range files {
		name := filepath.ToSlash(filepath.Clean(f))
		out.Files = append(out.Files, name)
		src, err := tree.Load(f, maxBytes)
		if err != nil {
			out.Problems = append(out.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
			continue
		}
		one(name, src, &out)
	}
	return out
}

// one reads the rules of a file; a rule goes on behind a backslash.
func one(file string, src []byte, out *graph.Facts) {
	seen := map[string]bool{}
	line, text := 0, ""
	start := 1
	for l := range bytes.Lines(src) {
		line++
		part := strings.TrimSpace(string(l))
		if text == "" {
			start = line
		}
		if before, more := strings.CutSuffix(part, `\`); more && !strings.HasPrefix(part, "#") {
			text += before + "\n"
			continue
		}
		text += part
		if rule.MatchString(text) {
			out.Blocks++
			names(text, func(name string, after int) {
				if !seen[name] {
					seen[name] = true
					out.Flows = append(out.Flows, graph.Flow{From: graph.Address(file), To: graph.Address(name), State: graph.Planned, Purpose: "data",
						Via: "an allow-list of Suricata", Root: file, Origin: graph.Origin{File: file, Line: start + after}})
				}
			})
		}
		text = ""
	}
}

var (
	option  = regexp.MustCompile(`([\w.-]+)\s*(?::\s*((?:"(?:\\.|[^"\\])*"|[^";\\]|\\.|!)*))?;`)
	buffers = map[string]bool{"tls.sni": true, "tls_sni": true, "quic.sni": true, "http.host": true, "http_host": true, "dns.query": true, "dns_query": true}
	hosts   = regexp.MustCompile(`^\.?[a-z0-9_-]+(\.[a-z0-9_-]+)+$`)
)

// names calls f for every name that a rule allows, and on which of its lines it
// stands.
func names(text string, f func(name string, after int)) {
	body := strings.IndexByte(text, '(')
	if body < 0 {
		return
	}
	refuses := !strings.HasPrefix(text, "pass")
	if refuses && strings.HasPrefix(text, "alert") {
		return
	}
	buffer := ""
	opts := option.FindAllStringSubmatchIndex(text[body:], -1)
	for i, o := range opts {
		word := text[body+o[2] : body+o[3]]
		switch {
		case strings.Contains(word, ".") || strings.HasSuffix(word, "_sni") || strings.HasSuffix(word, "_host") || strings.HasSuffix(word, "_query"):
			buffer = word
		case word == "content" && buffers[buffer] && o[4] >= 0:
			value, not := strings.CutPrefix(strings.TrimSpace(text[body+o[4]:body+o[5]]), "!")
			if name := strings.ToLower(strings.Trim(value, `"`)); not == refuses && hosts.MatchString(name) {
				f(anchored(name, text[body:], opts[i+1:]), strings.Count(text[:body+o[0]], "\n"))
			}
		}
	}
}

// anchored is a name, or with a star before it when what stands before is free:
// startswith after it, or a bsize, binds that.
func anchored(name, text string, after [][]int) string {
	below, dotted := strings.CutPrefix(name, ".")
	for _, o := range after {
		switch text[o[2]:o[3]] {
		case "startswith", "bsize", "depth":
			return below
		case "content":
			return "*." + below
		}
	}
	if dotted {
		return "*." + below
	}
	return "*." + name
}
