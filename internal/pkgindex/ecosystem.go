package pkgindex

import "strings"

// ecosystems are those of the files, by how their name in lower case begins.
var ecosystems = []struct{ word, ecosystem string }{
	{"pip.", "pypi"}, {"uv.", "pypi"}, {".pypirc", "pypi"},
	{".npmrc", "npm"}, {"npmrc", "npm"}, {".yarnrc", "npm"}, {"bunfig", "npm"},
	{"nuget.", "nuget"}, {"settings.xml", "maven"}, {".gemrc", "gem"}, {".condarc", "conda"}, {"condarc", "conda"},
}

// Ecosystem is whose packages a configuration file is about; "" where that is
// not one of the ecosystems of languages.
func Ecosystem(name string) string {
	name = strings.ToLower(name)
	for _, e := range ecosystems {
		if strings.HasPrefix(name, e.word) {
			return e.ecosystem
		}
	}
	return ""
}
