package packages

import (
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var npmExact = regexp.MustCompile(`^=?v?([0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)$`)

// packageJSON reads what a package asks for.
func packageJSON(d *document) {
	n := d.json()
	for _, section := range []string{"dependencies", "optionalDependencies", "devDependencies"} {
		for _, f := range n.Get(section).Members() {
			name, spec := f.Name, f.Value.Str()
			if alias, ok := strings.CutPrefix(spec, "npm:"); ok {
				if i := strings.LastIndexByte(alias, '@'); i > 0 {
					name, spec = alias[:i], alias[i+1:]
				} else {
					name, spec = alias, ""
				}
			}
			switch scheme, _, _ := strings.Cut(spec, ":"); scheme {
			case "file", "link", "workspace", "portal", "catalog":
				if scheme != "catalog" {
					continue // of the project itself
				}
			}
			if strings.Contains(spec, "://") {
				d.flow("source", spec, "", "a dependency", f.Line)
			}
			version := ""
			if m := npmExact.FindStringSubmatch(spec); m != nil {
				version = m[1]
			}
			d.add(ecosystem.NPM, name, version, section == "devDependencies", f.Line)
		}
	}
	if u := n.Get("publishConfig", "registry"); u != nil {
		d.fetches(u.Str(), "", "publishConfig", u.Line)
	}
}

// packageLock reads both forms of npm's lock file: a flat list of paths, or a
// tree.
func packageLock(d *document) {
	n := d.json()
	for _, f := range n.Get("packages").Members() {
		at := strings.LastIndex(f.Name, "node_modules/")
		if at < 0 || isTrue(f.Value.Get("link")) {
			continue
		}
		name := f.Name[at+len("node_modules/"):]
		if real := f.Value.Get("name").Str(); real != "" { // an alias
			name = real
		}
		d.locked(name, f.Value, f.Line)
	}
	if n.Get("packages") == nil {
		d.npmTree(n.Get("dependencies"), 0)
	}
}

func (d *document) npmTree(n *tree.Node, depth int) {
	for _, f := range n.Members() {
		if depth > 100 || isTrue(f.Value.Get("bundled")) && f.Value.Get("version") == nil {
			return
		}
		d.locked(f.Name, f.Value, f.Line)
		d.npmTree(f.Value.Get("dependencies"), depth+1)
	}
}

func (d *document) locked(name string, v *tree.Node, line int) {
	version := v.Get("version").Str()
	if alias, ok := strings.CutPrefix(version, "npm:"); ok {
		if i := strings.LastIndexByte(alias, '@'); i > 0 {
			name, version = alias[:i], alias[i+1:]
		}
	}
	from := v.Get("resolved").Str()
	if strings.HasPrefix(version, "file:") || strings.HasPrefix(from, "file:") {
		return
	}
	if strings.Contains(version, "://") {
		from, version = version, ""
	}
	d.add(ecosystem.NPM, name, version, isTrue(v.Get("dev")), line)
	d.resolved(from, line)
}

// resolved adds where a lock file says that a package came from.
func (d *document) resolved(from string, line int) {
	if strings.HasPrefix(from, "git") {
		d.flow("source", from, "", "the lock file", line)
	} else {
		d.fetches(from, "", "the lock file", line)
	}
}

func isTrue(n *tree.Node) bool { return n != nil && n.Kind == tree.Bool && n.Text == "true" }

var yarnKey = regexp.MustCompile(`^"?((?:@[^/@"]+/)?[^@"/]+)@(?:npm:)?`)

// yarnLock reads both forms of yarn's lock file, which differ in a colon.
func yarnLock(d *document) {
	name, line := "", 0
	d.lines(func(n int, text string) {
		switch {
		case text == "" || text[0] == '#':
		case text[0] != ' ':
			name, line = "", n
			if m := yarnKey.FindStringSubmatch(text); m != nil && strings.HasSuffix(text, ":") && !strings.Contains(text, "@workspace:") {
				name = m[1]
			}
		case name != "" && strings.HasPrefix(text, "  ") && !strings.HasPrefix(text, "   "):
			k, v, _ := strings.Cut(strings.TrimSpace(text), " ")
			v = strings.Trim(v, `"`)
			switch strings.TrimSuffix(k, ":") {
			case "version":
				d.add(ecosystem.NPM, name, v, false, line)
			case "resolved":
				d.resolved(v, n)
			}
		}
	})
}

// pnpmLock reads the keys of packages in all forms that they had:
// /name/1.0.0, /name@1.0.0(peer@2), name@1.0.0.
func pnpmLock(d *document) {
	docs, err := tree.YAML(d.src)
	if err != nil {
		d.fail(err)
		return
	}
	for _, n := range docs {
		for _, f := range n.Get("packages").Members() {
			key, _, _ := strings.Cut(strings.TrimPrefix(f.Name, "/"), "(")
			i := strings.LastIndexByte(key, '@')
			if i <= 0 {
				i = strings.LastIndexByte(key, '/')
			}
			if i <= 0 || strings.Contains(key, "://") || strings.HasPrefix(key, "file:") {
				if u := f.Value.Get("resolution", "tarball"); u != nil {
					d.resolved(u.Str(), u.Line)
				}
				continue
			}
			version, _, _ := strings.Cut(key[i+1:], "_")
			d.add(ecosystem.NPM, key[:i], version, isTrue(f.Value.Get("dev")), f.Line)
		}
	}
}
