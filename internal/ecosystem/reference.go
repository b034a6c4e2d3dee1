package ecosystem

import (
	"errors"
	"fmt"
	"strings"

	"github.com/package-url/packageurl-go"
)

// A Reference is what somebody wrote for a package.
type Reference struct {
	Ecosystem Ecosystem // "" when any may be meant
	Name      string    // as it was written
	Version   string    // "" when none was written
}

// purlTypes are the types of package URLs, by ecosystem.
var purlTypes = map[string]Ecosystem{
	packageurl.TypePyPi: PyPI, packageurl.TypeNPM: NPM, packageurl.TypeGolang: Go, packageurl.TypeCargo: Cargo, packageurl.TypeMaven: Maven,
	packageurl.TypeGem: Gem, packageurl.TypeNuget: NuGet, packageurl.TypeDocker: OCI, packageurl.TypeOCI: OCI, packageurl.TypeGeneric: Binary,
}

// ErrNoPackage says that a text does not have the form of a package.
var ErrNoPackage = errors.New("it does not have the form of a package")

// Parse reads a package as people write it: a package URL
// (pkg:pypi/gradio@4.1), a name with its ecosystem (pypi:gradio), a name alone,
// each with ==version or @version. A text that cannot be a package is
// [ErrNoPackage]; a package URL that is wrong says what is wrong with it.
func Parse(text string) (Reference, error) {
	text = strings.TrimSpace(text)
	if len(text) > 512 || strings.ContainsAny(text, " \t\n") || strings.Contains(text, "://") {
		return Reference{}, ErrNoPackage
	}
	if strings.HasPrefix(text, "pkg:") {
		return parsePURL(text)
	}
	var ref Reference
	if word, rest, ok := strings.Cut(text, ":"); ok && Ecosystem(strings.ToLower(word)).Valid() {
		ref.Ecosystem, text = Ecosystem(strings.ToLower(word)), rest
	}
	ref.Name = text
	if name, version, ok := strings.Cut(text, "=="); ok {
		ref.Name, ref.Version = name, version
	} else if i := strings.LastIndexByte(text, '@'); i > 0 { // the @ of a scope comes first
		ref.Name, ref.Version = text[:i], text[i+1:]
	} else if name, tag, ok := cutTag(text); ok && ref.Ecosystem == OCI {
		ref.Name, ref.Version = name, tag
	}
	ref.Name = strings.TrimSuffix(ref.Name, "/")
	if ref.Name == "" || strings.HasPrefix(ref.Name, "-") {
		return Reference{}, ErrNoPackage
	}
	return ref, nil
}

// cutTag takes the tag from the end of an image.
func cutTag(text string) (name, tag string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 || strings.Contains(text[i:], "/") {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

func parsePURL(text string) (Reference, error) {
	p, err := packageurl.FromString(text)
	if err != nil {
		return Reference{}, fmt.Errorf("package URL %s: %w", shorten(text), err)
	}
	e, ok := purlTypes[p.Type]
	if !ok {
		return Reference{}, fmt.Errorf("package URL %s: packages of type %q are not known", shorten(text), p.Type)
	}
	if p.Name == "" {
		return Reference{}, fmt.Errorf("package URL %s names no package", shorten(text))
	}
	ref := Reference{Ecosystem: e, Name: p.Name, Version: p.Version}
	switch {
	case e == OCI && p.Qualifiers.Map()["repository_url"] != "":
		ref.Name = p.Qualifiers.Map()["repository_url"]
		if p.Type == packageurl.TypeDocker {
			ref.Name += "/" + strings.TrimPrefix(p.Namespace+"/"+p.Name, "/")
		}
		if tag := p.Qualifiers.Map()["tag"]; tag != "" {
			ref.Version = tag
		}
	case p.Namespace == "":
	case e == Maven:
		ref.Name = p.Namespace + ":" + p.Name
	default:
		ref.Name = p.Namespace + "/" + p.Name
	}
	return ref, nil
}
