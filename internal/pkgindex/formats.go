package pkgindex

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// npmrc reads registry and @scope:registry.
func npmrc(src string) []Index {
	var out []Index
	lines(src, func(n int, line string) {
		k, v, ok := strings.Cut(line, "=")
		k = strings.TrimSpace(k)
		if ok && (k == "registry" || strings.HasSuffix(k, ":registry")) {
			out = append(out, Index{URL: v, Setting: k, Line: n})
		}
	})
	return out
}

// yarnrc reads the form of the first yarn: words with blanks between.
func yarnrc(src string) []Index {
	var out []Index
	lines(src, func(n int, line string) {
		f := strings.Fields(line)
		if len(f) == 2 && (strings.Trim(f[0], `"`) == "registry" || strings.HasSuffix(strings.Trim(f[0], `"`), ":registry")) {
			out = append(out, Index{URL: f[1], Setting: strings.Trim(f[0], `"`), Line: n})
		}
	})
	return out
}

// cargo reads what stands in place of the default registry, and further ones.
func cargo(src string) []Index {
	var out []Index
	section := ""
	lines(src, func(n int, line string) {
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			return
		}
		k, v, ok := strings.Cut(line, "=")
		if k = strings.TrimSpace(k); !ok || !strings.HasPrefix(section, "source.") && !strings.HasPrefix(section, "registries.") && section != "registry" {
			return
		}
		if (k == "registry" || k == "index" || k == "git") && (isURL(v) || variable.MatchString(v)) {
			out = append(out, Index{URL: strings.TrimPrefix(strings.Trim(strings.TrimSpace(v), `"'`), "sparse+"), Setting: section + "." + k, Line: n})
		}
	})
	return out
}

// condarc reads channels. One without an address is a name below channel_alias, or one
// that the default host has.
func condarc(src string) []Index {
	var out []Index
	key, alias := "", ""
	n := 0
	for raw := range strings.Lines(src) {
		n++
		line := strings.TrimSpace(raw)
		if line == "" || line[0] == '#' {
			continue
		}
		if item, ok := strings.CutPrefix(line, "- "); ok {
			if isChannels(key) {
				out = append(out, Index{URL: item, Setting: key, Line: n})
			}
			continue
		}
		k, v, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		if raw[0] != ' ' && raw[0] != '\t' {
			key = strings.TrimSpace(k)
		}
		switch {
		case key == "channel_alias":
			alias = strings.Trim(strings.TrimSpace(v), `"'`)
		case key == "custom_channels" && isURL(v):
			out = append(out, Index{URL: v, Setting: key, Line: n})
		case isChannels(key):
			for _, item := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("[], ", r) }) {
				out = append(out, Index{URL: item, Setting: key, Line: n})
			}
		}
	}
	for i := range out {
		out[i].channel(alias)
	}
	return out
}

func isChannels(key string) bool {
	return key == "channels" || key == "default_channels" || key == "custom_multichannels"
}

// channel gives a channel that is a name its address.
func (x *Index) channel(alias string) {
	name := strings.Trim(strings.TrimSpace(x.URL), `"'`)
	switch {
	case isURL(name):
	case alias != "" && name != "defaults":
		x.URL = strings.TrimSuffix(alias, "/") + "/" + name
	default:
		x.URL, x.Unknown = "", "the channel "+name+" is a name without an address: write its address, or channel_alias"
	}
}

func gemrc(src string) []Index {
	var out []Index
	key := ""
	lines(src, func(n int, line string) {
		if k, ok := strings.CutSuffix(line, ":"); ok && !strings.HasPrefix(line, "-") {
			key = strings.Trim(k, ":")
			return
		}
		if item, ok := strings.CutPrefix(line, "- "); ok && strings.HasSuffix(key, "sources") {
			out = append(out, Index{URL: item, Setting: "sources", Line: n})
		}
	})
	return out
}

// apt reads both forms: a line a source, and paragraphs.
func apt(src string) []Index {
	var out []Index
	uris := false
	lines(src, func(n int, line string) {
		rest, first := strings.CutPrefix(line, "URIs:")
		if field, _, ok := strings.Cut(line, ":"); first || ok && !strings.ContainsAny(field, " \t") && !isURL(line) {
			uris = first
		}
		if uris {
			for _, u := range addresses(rest) {
				out = append(out, Index{URL: u, Setting: "URIs", Line: n})
			}
			return
		}
		kind := strings.Fields(line)[0]
		if kind != "deb" && kind != "deb-src" {
			return
		}
		rest = strings.TrimSpace(line[len(kind):])
		if strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "]")
		}
		if f := strings.Fields(rest); len(f) > 0 {
			out = append(out, Index{URL: strings.TrimPrefix(strings.TrimPrefix(f[0], "mirror+"), "tor+"), Setting: kind, Line: n})
		}
	})
	return out
}

func apk(src string) []Index {
	var out []Index
	lines(src, func(n int, line string) {
		f := strings.Fields(line)
		if u := f[len(f)-1]; isURL(u) { // a tag may stand before it
			out = append(out, Index{URL: u, Setting: "repository", Line: n})
		}
	})
	return out
}

// elements calls f for the start of each element, with the names of those
// around it, and with the text that follows.
func elements(src string, f func(path []string, e xml.StartElement, text string, line int)) {
	d := xml.NewDecoder(strings.NewReader(src))
	d.Strict = false
	type open struct {
		e    xml.StartElement
		text string
		line int
	}
	var stack []open
	var names []string
	for {
		t, err := d.Token()
		if err != nil && !errors.Is(err, io.EOF) || t == nil {
			return // what was read counts; a broken one is the manager's to refuse
		}
		switch t := t.(type) {
		case xml.StartElement:
			line, _ := d.InputPos()
			stack, names = append(stack, open{t.Copy(), "", line}), append(names, t.Name.Local)
			if len(stack) > 100 {
				return
			}
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		case xml.EndElement:
			if len(stack) == 0 {
				return
			}
			last := stack[len(stack)-1]
			f(names, last.e, strings.TrimSpace(last.text), last.line)
			stack, names = stack[:len(stack)-1], names[:len(names)-1]
		}
	}
}

// nuget reads <packageSources><add value="…">.
func nuget(src string) []Index {
	var out []Index
	elements(src, func(path []string, e xml.StartElement, _ string, line int) {
		if len(path) < 2 || !strings.EqualFold(path[len(path)-2], "packageSources") || e.Name.Local != "add" {
			return
		}
		for _, a := range e.Attr {
			if a.Name.Local == "value" && (isURL(a.Value) || variable.MatchString(a.Value)) {
				out = append(out, Index{URL: a.Value, Setting: "packageSources", Line: line})
			}
		}
	})
	return out
}

// maven reads mirrors and the repositories of profiles.
func maven(src string) []Index {
	var out []Index
	elements(src, func(path []string, e xml.StartElement, text string, line int) {
		if e.Name.Local != "url" || len(path) < 2 {
			return
		}
		switch parent := path[len(path)-2]; parent {
		case "mirror", "repository", "pluginRepository":
			out = append(out, Index{URL: text, Setting: parent, Line: line})
		}
	})
	return out
}
