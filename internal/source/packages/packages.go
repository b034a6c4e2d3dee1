// Package packages is the source of what a project depends on: manifests and
// lock files of Python, JavaScript, Go, Java, Rust, .NET, Ruby and conda, and
// the files that say from where package managers fetch. A version is known
// where a lock file, or an exact requirement, fixes it.
package packages

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/pkgindex"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes is more than the largest lock file that was seen (40 MB).
const maxBytes = 128 << 20

// A reader reads one form of file.
type reader struct {
	read func(d *document)
	lock bool // it fixes versions, and says more than a manifest beside it
	of   ecosystem.Ecosystem
}

var byName = map[string]reader{
	"pyproject.toml": {pyproject, false, ecosystem.PyPI}, "poetry.lock": {tomlLock(ecosystem.PyPI), true, ecosystem.PyPI}, "uv.lock": {tomlLock(ecosystem.PyPI), true, ecosystem.PyPI}, "pdm.lock": {tomlLock(ecosystem.PyPI), true, ecosystem.PyPI},
	"pylock.toml": {pylock, true, ecosystem.PyPI}, "Pipfile": {pipfile, false, ecosystem.PyPI}, "Pipfile.lock": {pipfileLock, true, ecosystem.PyPI}, "environment.yml": {conda, false, ecosystem.Conda}, "environment.yaml": {conda, false, ecosystem.Conda},
	"package.json": {packageJSON, false, ecosystem.NPM}, "package-lock.json": {packageLock, true, ecosystem.NPM}, "npm-shrinkwrap.json": {packageLock, true, ecosystem.NPM}, "yarn.lock": {yarnLock, true, ecosystem.NPM}, "pnpm-lock.yaml": {pnpmLock, true, ecosystem.NPM},
	"go.mod": {goMod, true, ecosystem.Go}, "pom.xml": {pom, false, ecosystem.Maven}, "build.gradle": {gradle, false, ecosystem.Maven}, "build.gradle.kts": {gradle, false, ecosystem.Maven}, "gradle.lockfile": {gradleLock, true, ecosystem.Maven}, "buildscript-gradle.lockfile": {gradleLock, true, ecosystem.Maven},
	"Cargo.toml": {cargoToml, false, ecosystem.Cargo}, "Cargo.lock": {tomlLock(ecosystem.Cargo), true, ecosystem.Cargo}, "packages.lock.json": {nugetLock, true, ecosystem.NuGet}, "packages.config": {nugetConfig, true, ecosystem.NuGet}, "Directory.Packages.props": {msbuild, false, ecosystem.NuGet},
	"Gemfile": {gemfile, false, ecosystem.Gem}, "Gemfile.lock": {gemfileLock, true, ecosystem.Gem},
}

func readerOf(file string) (reader, bool) {
	base := path.Base(filepath.ToSlash(file))
	if r, ok := byName[base]; ok {
		return r, true
	}
	lower := strings.ToLower(base)
	switch ext := path.Ext(lower); {
	case ext == ".csproj", ext == ".fsproj", ext == ".vbproj":
		return reader{msbuild, false, ecosystem.NuGet}, true
	case ext == ".txt" && (strings.Contains(lower, "requirements") || lower == "constraints.txt"), ext == ".txt" && path.Base(path.Dir(filepath.ToSlash(file))) == "requirements":
		return reader{requirements, false, ecosystem.PyPI}, true
	}
	return reader{}, false
}

// indexed is the ecosystem that a file with settings is about.
func indexed(file string) string {
	if path.Base(path.Dir(file)) == ".cargo" {
		return string(ecosystem.Cargo)
	}
	return pkgindex.Ecosystem(path.Base(file))
}

// Match reports whether the source reads a file.
func Match(file string) bool {
	_, ok := readerOf(file)
	return ok || pkgindex.Match(file)
}

// A document is a file while it is read.
type document struct {
	file, dir string
	of        string // the ecosystem that it is about; "" where it is of several
	src       []byte
	facts     *graph.Facts
	packages  []graph.Package
	said      map[string]bool
}

// Read reads the files. What a manifest asks for without a version is left out
// where a lock file of its folder, or of one above, says which version it is.
func Read(files []string) graph.Facts {
	var f graph.Facts
	locked := map[string]bool{} // folder, ecosystem and name
	var asked []graph.Package
	for _, file := range files {
		file = filepath.ToSlash(file)
		f.Files = append(f.Files, file)
		r, ok := readerOf(file)
		d := &document{file: file, dir: path.Dir(file), of: string(r.of), facts: &f, said: map[string]bool{}}
		var err error
		if d.src, err = tree.Load(filepath.FromSlash(file), maxBytes); err != nil {
			d.problem(0, "%v", err)
			continue
		}
		f.Blocks++
		for _, x := range pkgindex.Parse(file, d.src) {
			if !x.Off {
				if !ok { // a file of variables is about several
					d.of = cmp.Or(indexed(file), x.Ecosystem)
				}
				d.fetches(x.URL, x.Unknown, x.Setting, x.Line)
			}
		}
		if !ok {
			continue
		}
		r.read(d)
		if !r.lock {
			asked = append(asked, d.packages...)
			continue
		}
		for i := range d.packages {
			p := &d.packages[i]
			locked[lockKey(d.dir, p)] = true
		}
		f.Packages = append(f.Packages, d.packages...)
	}
	for _, p := range asked {
		if !within(locked, &p) {
			f.Packages = append(f.Packages, p)
		}
	}
	return f
}

func lockKey(dir string, p *graph.Package) string {
	e := ecosystem.Ecosystem(p.Ecosystem)
	return dir + "\x00" + p.Ecosystem + "\x00" + e.Fold(p.Name)
}

// within reports whether a lock file of the folder, or of one above it as in a
// workspace, names the package.
func within(locked map[string]bool, p *graph.Package) bool {
	for dir := string(p.In); ; dir = path.Dir(dir) {
		if locked[lockKey(dir, p)] {
			return true
		}
		if dir == path.Dir(dir) {
			return false
		}
	}
}

func (d *document) problem(line int, format string, args ...any) {
	d.facts.Problems = append(d.facts.Problems, graph.Problem{Origin: graph.Origin{File: d.file, Line: line}, Message: fmt.Sprintf(format, args...)})
}

// fail says that the document has no valid syntax.
func (d *document) fail(err error) {
	line, text := tree.Fault(err)
	d.problem(line, "%s", text)
}

// add adds a package. The same one twice in a file stands once.
func (d *document) add(e ecosystem.Ecosystem, name, version string, dev bool, line int) {
	name, version = strings.TrimSpace(name), strings.TrimSpace(version)
	key := fmt.Sprintf("%s\x00%s\x00%s", e, e.Fold(name), version)
	if name == "" || len(name) > 300 || strings.ContainsAny(name, " \t\n\"'${}") || d.said[key] {
		return
	}
	if len(d.packages) >= 500_000 {
		return
	}
	d.said[key] = true
	d.packages = append(d.packages, graph.Package{Ecosystem: string(e), Name: name, Version: version, PURL: e.URL("", name, version, nil), In: graph.Address(d.dir), Path: path.Base(d.file), Dev: dev, Root: d.dir, Origin: graph.Origin{File: d.file, Line: max(line, 1)}})
}

// fetches adds the place from where packages come. To the same host it is said
// once a file and ecosystem.
func (d *document) fetches(url, unknown, setting string, line int) {
	d.flow("registry", url, unknown, setting, line)
}

func (d *document) flow(purpose, url, unknown, via string, line int) {
	to := bare(url)
	key := purpose + "\x00" + d.of + "\x00" + to + "\x00" + unknown
	if to == "" && unknown == "" || d.said[key] {
		return
	}
	d.said[key] = true
	d.facts.Flows = append(d.facts.Flows, graph.Flow{From: graph.Address(d.file), To: graph.Address(to), Unknown: unknown, State: graph.Planned, Purpose: purpose, Ecosystem: d.of, Via: via, Root: d.dir, Origin: graph.Origin{File: d.file, Line: max(line, 1)}})
}

// bare is scheme and host of an address: what is behind, and who logs in, says
// nothing about the place. Paths of this machine are no address.
func bare(url string) string {
	url = strings.TrimPrefix(strings.TrimPrefix(strings.Trim(strings.TrimSpace(url), `"'`), "git+"), "sparse+")
	url = strings.TrimPrefix(url, "registry+")
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme == "file" {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if host == "" || strings.ContainsAny(host, " \t\"'<>${}") {
		return ""
	}
	return scheme + "://" + host
}

// lines calls f for every line, with its number.
func (d *document) lines(f func(n int, line string)) {
	n := 0
	for line := range strings.Lines(string(d.src)) {
		n++
		f(n, strings.TrimRight(line, "\r\n"))
	}
}

// development are words that groups of dependencies for developers have.
func development(group string) bool {
	group = strings.ToLower(group)
	return slices.ContainsFunc([]string{"dev", "test", "lint", "doc", "typing", "ci", "style", "format"}, func(w string) bool { return strings.Contains(group, w) })
}
