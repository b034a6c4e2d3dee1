package pkgindex

import "strings"

// variables of the environment that say where to fetch from, by their name in
// capitals, and whose packages; "" for what is no package of a language.
var variables = map[string]string{
	"PIP_INDEX_URL": "pypi", "PIP_EXTRA_INDEX_URL": "pypi", "PIP_FIND_LINKS": "pypi", "UV_INDEX_URL": "pypi", "UV_EXTRA_INDEX_URL": "pypi", "UV_DEFAULT_INDEX": "pypi", "UV_INDEX": "pypi",
	"NPM_CONFIG_REGISTRY": "npm", "YARN_REGISTRY": "npm", "YARN_NPM_REGISTRY_SERVER": "npm", "BUN_CONFIG_REGISTRY": "npm", "GOPROXY": "go", "HF_ENDPOINT": "",
	"CONDA_CHANNEL_ALIAS": "conda", "CARGO_REGISTRIES_CRATES_IO_INDEX": "cargo", "BUNDLE_MIRROR__ALL": "gem",
}

// Env reads one variable of an environment. Values of several places give
// several; a variable that says nothing about packages gives none.
func Env(name, value string) []Index {
	ecosystem, ok := variables[strings.ToUpper(name)]
	if !ok {
		return nil
	}
	var out []Index
	split := func(r rune) bool { return r == ' ' || r == ',' || name == "GOPROXY" && r == '|' }
	for _, v := range strings.FieldsFunc(value, split) {
		x := Index{URL: v, Setting: name, Ecosystem: ecosystem}
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
		v, _, _ = strings.Cut(v, " #")
		for _, x := range Env(strings.TrimSpace(k), strings.Trim(strings.TrimSpace(v), `"'`)) {
			x.Line = n
			out = append(out, x)
		}
	})
	return out
}
