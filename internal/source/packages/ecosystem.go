package packages

import (
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/pkgindex"
)

// managed are the ecosystems of files by their whole name; what else there is has
// its ecosystem in its ending.
var managed = map[string]ecosystem.Ecosystem{
	"package.json": ecosystem.NPM, "package-lock.json": ecosystem.NPM, "npm-shrinkwrap.json": ecosystem.NPM, "yarn.lock": ecosystem.NPM, "pnpm-lock.yaml": ecosystem.NPM,
	"pyproject.toml": ecosystem.PyPI, "poetry.lock": ecosystem.PyPI, "uv.lock": ecosystem.PyPI, "pdm.lock": ecosystem.PyPI, "pylock.toml": ecosystem.PyPI,
	"go.mod": ecosystem.Go, "pom.xml": ecosystem.Maven, "gradle.lockfile": ecosystem.Maven, "buildscript-gradle.lockfile": ecosystem.Maven, "build.gradle": ecosystem.Maven, "build.gradle.kts": ecosystem.Maven,
	"Cargo.toml": ecosystem.Cargo, "Cargo.lock": ecosystem.Cargo, "packages.lock.json": ecosystem.NuGet, "packages.config": ecosystem.NuGet, "Directory.Packages.props": ecosystem.NuGet,
	"Gemfile": ecosystem.Gem, "Gemfile.lock": ecosystem.Gem, "environment.yml": ecosystem.Conda, "environment.yaml": ecosystem.Conda,
}

// ecosystemOf is the ecosystem whose packages a file lists, or says from where to
// fetch them; "" where it is of several.
func ecosystemOf(file string) string {
	base := path.Base(file)
	if e, ok := managed[base]; ok {
		return string(e)
	}
	if path.Base(path.Dir(file)) == ".cargo" {
		return string(ecosystem.Cargo)
	}
	if e := pkgindex.Ecosystem(base); e != "" {
		return e
	}
	switch lower := strings.ToLower(base); {
	case strings.HasSuffix(lower, "proj"):
		return string(ecosystem.NuGet)
	case strings.HasSuffix(lower, ".txt"), strings.HasPrefix(base, "Pipfile"):
		return string(ecosystem.PyPI)
	}
	return ""
}
