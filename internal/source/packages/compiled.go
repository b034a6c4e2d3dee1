package packages

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// goMod reads go.mod, which lists what is needed, with the least version that
// is, which is the one that is taken.
func goMod(d *document) {
	f, err := modfile.Parse(d.file, d.src, nil)
	if err != nil { // words of a newer Go; without replace, which the lax reading leaves out
		f, err = modfile.ParseLax(d.file, d.src, nil)
	}
	if err != nil {
		line := 0
		var list modfile.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			line, err = list[0].Pos.Line, list[0].Err
		}
		d.problem(line, "this is not valid go.mod: %v", err)
		return
	}
	replaced := map[string]*modfile.Replace{}
	for _, r := range f.Replace {
		replaced[r.Old.Path] = r
	}
	for _, r := range f.Require {
		name, version := r.Mod.Path, r.Mod.Version
		if to := replaced[name]; to != nil && (to.Old.Version == "" || to.Old.Version == version) {
			if version = to.New.Version; version != "" {
				name = to.New.Path
			}
		}
		d.add(ecosystem.Go, name, version, false, r.Syntax.Start.Line)
	}
}

// cargoToml reads what a crate, or a workspace, asks for.
func cargoToml(d *document) {
	n := d.toml()
	section := func(n *tree.Node, dev bool) {
		for _, f := range n.Members() {
			v, name := f.Value, f.Name
			if v.Kind == tree.Object {
				if v.Get("path") != nil && v.Get("version") == nil {
					continue
				}
				if u := v.Get("git").Str(); u != "" {
					d.flow("source", u, "", "a dependency", f.Line)
				}
				if real := v.Get("package").Str(); real != "" {
					name = real
				}
				v = v.Get("version")
			}
			version := ""
			if x, ok := strings.CutPrefix(v.Str(), "="); ok { // without the sign it is a range
				version = strings.TrimSpace(x)
			}
			d.add(ecosystem.Cargo, name, version, dev, f.Line)
		}
	}
	all := func(n *tree.Node) {
		section(n.Get("dependencies"), false)
		section(n.Get("dev-dependencies"), true)
		section(n.Get("build-dependencies"), true)
	}
	all(n)
	all(n.Get("workspace"))
	for _, t := range n.Get("target").Members() {
		all(t.Value)
	}
}

var gradleDependency = regexp.MustCompile(`\b([a-zA-Z]*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|[cC]ompile|[rR]untime|[cC]lasspath|[aA]nnotationProcessor|kapt|ksp))\s*\(?\s*(?:platform\s*\(\s*)?["']([\w.-]+):([\w.-]+)(?::([\w.+${}-]+))?(?:@\w+)?["']`)
var gradleURL = regexp.MustCompile(`(?:\burl\s*=?\s*(?:uri)?\s*\(?|\bmaven\s*\()\s*["']([a-z]+://[^"']+)["']`)

// gradle reads the simple forms of a build that is a program: dependencies that
// are written as one text, repositories by their address.
func gradle(d *document) {
	d.lines(func(n int, line string) {
		if t := strings.TrimSpace(line); strings.HasPrefix(t, "//") || strings.HasPrefix(t, "*") {
			return
		}
		for _, m := range gradleDependency.FindAllStringSubmatch(line, -1) {
			version := m[4]
			if strings.ContainsAny(version, "+${}") {
				version = ""
			}
			d.add(ecosystem.Maven, m[2]+":"+m[3], version, strings.HasPrefix(strings.ToLower(m[1]), "test"), n)
		}
		for _, m := range gradleURL.FindAllStringSubmatch(line, -1) {
			d.fetches(m[1], "", "a repository", n)
		}
	})
}

// gradleLock reads group:name:version=configurations.
func gradleLock(d *document) {
	d.lines(func(n int, line string) {
		coordinates, where, ok := strings.Cut(line, "=")
		p := strings.Split(coordinates, ":")
		if !ok || len(p) != 3 || strings.HasPrefix(line, "#") {
			return
		}
		dev := true
		for _, c := range strings.Split(where, ",") {
			dev = dev && strings.HasPrefix(strings.ToLower(c), "test")
		}
		d.add(ecosystem.Maven, p[0]+":"+p[1], p[2], dev, n)
	})
}

// An element is one of XML, with what is directly in it.
type element struct {
	name     string
	attrs    map[string]string
	text     string
	line     int
	children []*element
}

func (e *element) child(name string) *element {
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

func (e *element) get(name string) string {
	if c := e.child(name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

// all calls f for every element of a name, with the names of those around it.
func (e *element) all(name string, around []string, f func(e *element, around []string)) {
	for _, c := range e.children {
		if c.name == name {
			f(c, around)
		}
		c.all(name, append(around, c.name), f)
	}
}

// xml reads a document; nil, and a problem, when it has no valid syntax.
func (d *document) xml() *element {
	root := &element{}
	stack := []*element{root}
	dec := xml.NewDecoder(strings.NewReader(string(d.src)))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for n := 0; ; n++ {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		line, _ := dec.InputPos()
		if err != nil {
			d.problem(line, "this is not valid XML: %v", err)
			return root
		}
		top := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			if len(stack) > 200 || n > 5_000_000 {
				d.problem(line, "the document is nested too deep, or too large: split it")
				return root
			}
			e := &element{name: t.Name.Local, line: line, attrs: map[string]string{}}
			for _, a := range t.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.CharData:
			if len(top.text) < 4096 {
				top.text += string(t)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// pom reads a project of Maven's. Versions that a parent sets are not known.
func pom(d *document) {
	root := d.xml()
	project := root.child("project")
	if project == nil {
		return
	}
	values := map[string]string{"project.version": project.get("version"), "project.groupId": project.get("groupId"), "project.parent.version": project.child("parent").get("version")}
	if props := project.child("properties"); props != nil {
		for _, p := range props.children {
			values[p.name] = strings.TrimSpace(p.text)
		}
	}
	fill := func(s string) string {
		for range 4 { // a property may be made of others
			s = mavenProperty.ReplaceAllStringFunc(s, func(ref string) string {
				if v := values[ref[2:len(ref)-1]]; v != "" {
					return v
				}
				return ref
			})
		}
		return s
	}
	managed := map[string]string{}
	project.child("dependencyManagement").all0("dependency", func(e *element, _ []string) {
		managed[fill(e.get("groupId"))+":"+fill(e.get("artifactId"))] = fill(e.get("version"))
	})
	project.all("dependency", nil, func(e *element, around []string) {
		name := fill(e.get("groupId")) + ":" + fill(e.get("artifactId"))
		if contains(around, "dependencyManagement") && e.get("scope") != "import" || contains(around, "exclusions") {
			return
		}
		version := fill(e.get("version"))
		if version == "" {
			version = managed[name]
		}
		if strings.ContainsAny(version, "$[(,") || strings.EqualFold(version, "LATEST") || strings.EqualFold(version, "RELEASE") {
			version = ""
		}
		d.add(ecosystem.Maven, name, version, e.get("scope") == "test" || contains(around, "plugin"), e.line)
	})
	for _, kind := range []string{"repository", "pluginRepository"} {
		project.all(kind, nil, func(e *element, around []string) {
			if u := e.child("url"); u != nil && !contains(around, "distributionManagement") {
				d.fetches(fill(strings.TrimSpace(u.text)), "", kind, u.line)
			}
		})
	}
}

var mavenProperty = regexp.MustCompile(`\$\{[A-Za-z0-9_.-]+\}`)

func (e *element) all0(name string, f func(e *element, around []string)) {
	if e != nil {
		e.all(name, nil, f)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// msbuild reads PackageReference and PackageVersion of a project of .NET's.
func msbuild(d *document) {
	root := d.xml()
	for _, kind := range []string{"PackageReference", "PackageVersion"} {
		root.all0(kind, func(e *element, _ []string) {
			version := e.attrs["Version"] + e.get("Version")
			if !npmLike.MatchString(version) {
				version = ""
			}
			d.add(ecosystem.NuGet, e.attrs["Include"], version, strings.EqualFold(e.attrs["PrivateAssets"]+e.get("PrivateAssets"), "all"), e.line)
		})
	}
	root.all0("RestoreSources", func(e *element, _ []string) {
		for _, u := range strings.Split(e.text, ";") {
			d.fetches(u, "", "RestoreSources", e.line)
		}
	})
}

var npmLike = regexp.MustCompile(`^[0-9]+(\.[0-9]+)+[0-9A-Za-z.+-]*$`)

func nugetConfig(d *document) {
	d.xml().all0("package", func(e *element, _ []string) {
		d.add(ecosystem.NuGet, e.attrs["id"], e.attrs["version"], e.attrs["developmentDependency"] == "true", e.line)
	})
}

func nugetLock(d *document) {
	for _, target := range d.json().Get("dependencies").Members() {
		for _, p := range target.Value.Members() {
			if p.Value.Get("type").Str() != "Project" {
				d.add(ecosystem.NuGet, p.Name, p.Value.Get("resolved").Str(), false, p.Line)
			}
		}
	}
}

var (
	gemSpec = regexp.MustCompile(`^    ([A-Za-z0-9_.-]+) \(([^)]+)\)$`)
	gemLine = regexp.MustCompile(`^\s*gem\s*\(?\s*["']([\w.-]+)["'](?:\s*,\s*["']([^"']+)["'])?`)
	gemFrom = regexp.MustCompile(`^\s*source\s*\(?\s*["']([a-z]+://[^"']+)["']`)
	// gemPlatform is what a lock file adds to a version: 1.2-x86_64-linux.
	gemPlatform = regexp.MustCompile(`-(x86|arm|aarch|java|universal|mingw|mswin|x64).*$`)
)

func gemfileLock(d *document) {
	section := ""
	d.lines(func(n int, line string) {
		if line != "" && line[0] != ' ' {
			section = line
		}
		if u, ok := strings.CutPrefix(line, "  remote: "); ok {
			switch section {
			case "GEM":
				d.fetches(u, "", "the lock file", n)
			case "GIT":
				d.flow("source", u, "", "the lock file", n)
			}
		}
		if m := gemSpec.FindStringSubmatch(line); m != nil && section != "PATH" {
			d.add(ecosystem.Gem, m[1], gemPlatform.ReplaceAllString(m[2], ""), false, n)
		}
	})
}

func gemfile(d *document) {
	group := false
	d.lines(func(n int, line string) {
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, "group ") && strings.HasSuffix(t, " do"):
			group = development(t) && !strings.Contains(t, "production")
		case t == "end":
			group = false
		}
		if m := gemFrom.FindStringSubmatch(line); m != nil {
			d.fetches(m[1], "", "source", n)
		}
		if m := gemLine.FindStringSubmatch(line); m != nil {
			version := ""
			if npmLike.MatchString(m[2]) {
				version = m[2]
			}
			d.add(ecosystem.Gem, m[1], version, group, n)
		}
	})
}
