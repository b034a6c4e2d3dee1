package pkgindex

import "strings"

// variables of the environment that say where to fetch from, by their name in
// capitals.
var variables = map[string]bool{
	"PIP_INDEX_URL": true, "PIP_EXTRA_INDEX_URL": true, "PIP_FIND_LINKS": true, "UV_INDEX_URL": true, "UV_EXTRA_INDEX_URL": true, "UV_DEFAULT_INDEX": true, "UV_INDEX": true,
	"NPM_CONFIG_REGISTRY": true, "YARN_REGISTRY": true, "YARN_NPM_REGISTRY_SERVER": true, "BUN_CONFIG_REGISTRY": true, "GOPROXY": true, "HF_ENDPOINT": true,
	"CONDA_CHANNEL_ALIAS": true, "CARGO_REGISTRIES_CRATES_IO_INDEX": true, "BUNDLE_MIRROR__ALL": true,
}

// Env reads one variable of an environment. Values of several places give
// several; a variable that says nothing about packages gives none.
func Env(name, value string) []Index {
	if !variables[strings.ToUpper(name)] {
		return nil
	}
	var out []Index
	split := func(r rune) bool { return r == ' ' || r == ',' || name == "GOPROXY" && r == '|' }
	for _, v := range strings.FieldsFunc(value, split) {
		x := Index{URL: v, Setting: name}
		switch {
		case v == "off":
			x.URL, x.Off = "", true
		case v == "direct":
			x.URL, x.Unknown = "", "direct fetches each module from where it is kept"
		case name == "UV_INDEX" && strings.Contains(v, "="): // with a name before
			_, x.URL, _ = strings.Cut(v, "=")
		}
		x.settle()
		out = append(out, x)
	}
	return out
}

// env reads lines of NAME=value.
func env(src string) []Index {
	var out []Index
	lines(src, func(n int, line string) {
		k, v, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !ok {
			return
		}
		for _, x := range Env(strings.TrimSpace(k), strings.Trim(strings.TrimSpace(v), `"'`)) {
			x.Line = n
			out = append(out, x)
		}
	})
	return out
}
