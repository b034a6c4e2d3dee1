// Package pkgindex reads where package managers are told to fetch from: the
// configuration files of pip, npm, yarn, NuGet, Maven, Cargo, conda, apt, dnf
// and apk, and the variables of the environment that do the same.
//
// It knows the syntax of these settings and no index: what a host is, others
// say.
package pkgindex

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// An Index is one place that a setting names.
type Index struct {
	URL     string
	Unknown string // why the address is not known: "it takes ${PIP_INDEX}"
	Setting string // as the manager calls it: "index-url"
	// Ecosystem is whose packages a variable is about; of a file [Ecosystem] tells.
	Ecosystem string
	Line      int
	// Off says that the setting forbids the network instead: GOPROXY=off.
	Off bool
}

// A format is one form of file.
type format func(src string) []Index

// byName are the files that are told by their whole name.
var byName = map[string]format{
	"pip.conf": keys("=", pipKeys), "pip.ini": keys("=", pipKeys), ".npmrc": npmrc, "npmrc": npmrc, ".yarnrc": yarnrc, ".yarnrc.yml": keys(":", yarnKeys), ".yarnrc.yaml": keys(":", yarnKeys),
	"nuget.config": nuget, "bunfig.toml": bun, ".condarc": condarc, "condarc": condarc, "uv.toml": keys("=", uvKeys), ".gemrc": gemrc,
}

var (
	pipKeys  = []string{"index-url", "index_url", "extra-index-url", "extra_index_url", "find-links", "find_links"}
	yarnKeys = []string{"npmRegistryServer", "npmAuditRegistry", "npmPublishRegistry"}
	bunKeys  = []string{"registry", "url"}
	uvKeys   = []string{"index-url", "extra-index-url", "url"}
)

// Match reports whether a file is one that this package reads.
func Match(p string) bool { return formatOf(p) != nil }

func formatOf(p string) format {
	p = strings.ReplaceAll(p, "\\", "/")
	dir, base := path.Split(strings.ToLower(p))
	if f, ok := byName[base]; ok {
		return f
	}
	parent := path.Base(dir)
	switch {
	case parent == ".cargo" && (base == "config.toml" || base == "config"):
		return cargo
	case base == "settings.xml":
		return maven
	case base == "sources.list", parent == "sources.list.d" && (path.Ext(base) == ".list" || path.Ext(base) == ".sources"):
		return apt
	case parent == "yum.repos.d" && path.Ext(base) == ".repo":
		return keys("=", []string{"baseurl", "mirrorlist", "metalink"})
	case parent == "apk" && base == "repositories":
		return apk
	case base == ".env", strings.HasPrefix(base, ".env."), path.Ext(base) == ".env", base == "environment" && strings.HasSuffix(dir, "etc/"):
		return env
	}
	return nil
}

// Parse reads a file. A file of the kind that names no index has none.
func Parse(p string, src []byte) []Index {
	f := formatOf(p)
	if f == nil {
		return nil
	}
	out := f(string(src))
	for i := range out {
		out[i].settle()
	}
	return out
}

// variable is a place that something else fills in.
var variable = regexp.MustCompile(`\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|%[A-Za-z_]+%|\{\{.*?\}\}`)

// settle takes the user and password away, which nobody should find in a
// result, and says why an address is not known.
func (x *Index) settle() {
	if f := strings.Fields(x.URL); len(f) > 0 {
		x.URL = strings.Trim(f[0], `"'`) // a comment may follow
	}
	scheme, host, ok := strings.Cut(x.URL, "://")
	if !ok {
		scheme, host = "", x.URL
	}
	host, rest, _ := strings.Cut(host, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 && ok {
		host = host[i+1:]
		x.URL = strings.TrimSuffix(scheme+"://"+host+"/"+rest, "/")
	}
	if v := variable.FindString(scheme + " " + host); v != "" {
		x.Unknown, x.URL = "it takes its address from "+v, ""
	}
}

// lines calls f with each line that is no comment, and its number.
func lines(src string, f func(n int, line string)) {
	n := 0
	for line := range strings.Lines(src) {
		n++
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ";") && !strings.HasPrefix(line, "//") {
			f(n, line)
		}
	}
}

func isURL(s string) bool { return strings.Contains(s, "://") }

// addresses are the URLs in a text that may hold several.
func addresses(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t,[]\"'", r) }) {
		if isURL(w) || variable.MatchString(w) {
			out = append(out, w)
		}
	}
	return out
}

// inline is the address in a table that stands in one line.
var inline = regexp.MustCompile(`[{,]\s*(url|registry)\s*=\s*["']([^"']*)["']`)

// bun reads registries, and those of scopes: "@clinic" = "https://…".
func bun(src string) []Index {
	names := slices.Clone(bunKeys)
	lines(src, func(_ int, line string) {
		if k, _, ok := strings.Cut(line, "="); ok {
			if k = strings.Trim(strings.TrimSpace(k), `"'`); strings.HasPrefix(k, "@") {
				names = append(names, k)
			}
		}
	})
	return keys("=", names)(src)
}

// keys reads lines of key and value. Lines that go on below a key are more
// values of it.
func keys(sep string, names []string) format {
	return func(src string) []Index {
		var out []Index
		last := ""
		n := 0
		for raw := range strings.Lines(src) {
			n++
			line := strings.TrimSpace(raw)
			if line == "" || line[0] == '#' || line[0] == ';' {
				continue
			}
			if i := strings.IndexByte(line, '{'); i >= 0 && sep == "=" { // index = {name = …, url = …}
				if m := inline.FindStringSubmatch(line[i:]); m != nil && slices.Contains(names, m[1]) {
					out = append(out, Index{URL: m[2], Setting: m[1], Line: n})
				}
				last = ""
				continue
			}
			value := line
			if k, v, ok := strings.Cut(line, sep); ok && !isURL(k) {
				last, value = "", v
				k = strings.Trim(strings.TrimPrefix(strings.TrimSpace(k), "global."), `"`)
				for _, name := range names {
					if strings.EqualFold(k, name) {
						last = name
					}
				}
			} else if raw[0] != ' ' && raw[0] != '\t' {
				last = ""
			}
			if last == "" {
				continue
			}
			for _, u := range addresses(value) {
				out = append(out, Index{URL: u, Setting: last, Line: n})
			}
		}
		return out
	}
}
