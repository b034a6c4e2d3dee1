package ecosystem

import (
	"strings"

	"github.com/package-url/packageurl-go"
)

// The packages of systems. They are not in [All]: the knowledge base speaks of
// none, and their versions are compared by nobody here.
const (
	Deb   Ecosystem = "deb"
	APK   Ecosystem = "apk"
	RPM   Ecosystem = "rpm"
	Conda Ecosystem = "conda"
)

// urlTypes are the types that package URLs have, where they differ.
var urlTypes = map[Ecosystem]string{Go: packageurl.TypeGolang, Binary: packageurl.TypeGeneric}

// URL writes a package as a package URL. Qualifiers without a value are left
// out; those of a system's packages are arch and distro, and their namespace is
// the vendor.
func (e Ecosystem) URL(namespace, name, version string, qualifiers map[string]string) string {
	typ := string(e)
	if t, ok := urlTypes[e]; ok {
		typ = t
	}
	switch e {
	case PyPI:
		name = e.Fold(name)
	case Maven:
		if group, artifact, ok := strings.Cut(name, ":"); ok {
			namespace, name = group, artifact
		}
	case NPM, Go:
		if i := strings.LastIndexByte(name, '/'); i > 0 {
			namespace, name = name[:i], name[i+1:]
		}
	}
	q := map[string]string{}
	for k, v := range qualifiers {
		if v != "" {
			q[k] = v
		}
	}
	return packageurl.NewPackageURL(typ, namespace, name, version, packageurl.QualifiersFromMap(q), "").ToString()
}
