package pkgindex

import "strings"

// ecosystems are those of the files, by their name in lower case, and of the
// variables by how they begin.
var ecosystems = []struct{ word, ecosystem string }{
	{"pip.", "pypi"}, {"uv.", "pypi"}, {"pip_", "pypi"}, {"uv_", "pypi"}, {".pypirc", "pypi"},
	{".npmrc", "npm"}, {"npmrc", "npm"}, {".yarnrc", "npm"}, {"bunfig", "npm"}, {"npm_", "npm"}, {"yarn_", "npm"}, {"bun_", "npm"},
	{"nuget.", "nuget"}, {"settings.xml", "maven"}, {"goproxy", "go"}, {"cargo_", "cargo"}, {"bundle_", "gem"}, {".gemrc", "gem"}, {".condarc", "conda"}, {"condarc", "conda"}, {"conda_", "conda"},
}

// Ecosystem is whose packages a configuration file, or a variable of the
// environment, is about; "" where that is not one of the ecosystems of languages.
func Ecosystem(name string) string {
	name = strings.ToLower(name)
	for _, e := range ecosystems {
		if strings.HasPrefix(name, e.word) {
			return e.ecosystem
		}
	}
	return ""
}
