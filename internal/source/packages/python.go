package packages

import (
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var (
	// requirement is a name with extras, then what is asked of it (PEP 508).
	requirement = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$`)
	exact       = regexp.MustCompile(`^\(?\s*===?\s*([^\s,;*)]+)\s*\)?$`)
)

// requirements reads a file of pip's.
func requirements(d *document) {
	dev := development(strings.TrimSuffix(d.file[strings.LastIndexByte(d.file, '/')+1:], ".txt"))
	pending, first := "", 0
	d.lines(func(n int, line string) {
		if pending == "" {
			first = n
		}
		if cut, ok := strings.CutSuffix(line, "\\"); ok {
			pending += cut + " "
			return
		}
		line, pending = pending+line, ""
		d.requirementLine(line, dev, first)
	})
	d.requirementLine(pending, dev, first)
}

func (d *document) requirementLine(line string, dev bool, n int) {
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return
	}
	if line[0] == '-' {
		option, value, _ := strings.Cut(line, " ")
		if i := strings.IndexByte(option, '='); i > 0 {
			option, value = option[:i], option[i+1:]
		}
		switch option {
		case "-i", "--index-url", "--extra-index-url", "-f", "--find-links":
			if strings.Contains(value, "$") && bare(value) == "" {
				d.fetches("", "it takes its address from the environment", option, n)
				return
			}
			d.fetches(value, "", option, n)
		case "-e", "--editable":
			d.python(value, dev, n)
		}
		return
	}
	line, _, _ = strings.Cut(line, " --hash")
	d.python(line, dev, n)
}

// python adds one requirement as PEP 508 writes it.
func (d *document) python(text string, dev bool, n int) {
	text = strings.TrimSpace(text)
	name, marker := text, ""
	if i := strings.Index(text, ";"); i >= 0 && !strings.Contains(text[:i], "://") {
		name, marker = text[:i], text[i+1:]
	}
	_ = marker // on which systems it is needed; here it counts for all
	if url, ok := address(name); ok {
		d.flow("source", url, "", "a requirement of pip", n)
		if egg := eggName(name); egg != "" {
			d.add(ecosystem.PyPI, egg, "", dev, n)
		}
		return
	}
	m := requirement.FindStringSubmatch(strings.TrimSpace(name))
	if m == nil || strings.HasSuffix(m[1], ".whl") || strings.ContainsAny(m[1], "/") || strings.HasPrefix(m[2], "/") {
		return
	}
	version := ""
	if x := exact.FindStringSubmatch(strings.TrimSpace(m[2])); x != nil {
		version = x[1]
	}
	d.add(ecosystem.PyPI, m[1], version, dev, n)
}

// address takes a URL from "name @ URL" or from a URL alone.
func address(text string) (string, bool) {
	i := strings.Index(text, "://")
	if i < 0 {
		return "", false
	}
	start := strings.LastIndexAny(text[:i], " @") + 1
	return strings.Fields(text[start:])[0], true
}

func eggName(text string) string {
	if name, _, ok := strings.Cut(text, "@"); ok && !strings.Contains(name, "://") {
		m := requirement.FindStringSubmatch(strings.TrimSpace(name))
		if m != nil {
			return m[1]
		}
	}
	if _, egg, ok := strings.Cut(text, "#egg="); ok {
		egg, _, _ = strings.Cut(egg, "&")
		egg, _, _ = strings.Cut(egg, "[")
		return egg
	}
	return ""
}

func (d *document) toml() *tree.Node {
	n, err := tree.TOML(d.src)
	if err != nil {
		d.fail(err)
	}
	return n
}

// pyproject reads the standard fields and those of Poetry, PDM and uv.
func pyproject(d *document) {
	n := d.toml()
	each := func(list *tree.Node, dev bool) {
		for _, it := range list.Elements() {
			if it.Kind == tree.String {
				d.python(it.Text, dev, it.Line)
			}
		}
	}
	each(n.Get("project", "dependencies"), false)
	for _, g := range n.Get("project", "optional-dependencies").Members() {
		each(g.Value, development(g.Name))
	}
	for _, g := range n.Get("dependency-groups").Members() {
		each(g.Value, true)
	}
	each(n.Get("build-system", "requires"), true)
	each(n.Get("tool", "uv", "dev-dependencies"), true)
	for _, g := range n.Get("tool", "pdm", "dev-dependencies").Members() {
		each(g.Value, true)
	}
	d.table(n.Get("tool", "poetry", "dependencies"), false)
	d.table(n.Get("tool", "poetry", "dev-dependencies"), true)
	for _, g := range n.Get("tool", "poetry", "group").Members() {
		d.table(g.Value.Get("dependencies"), g.Name != "main")
	}
	for _, list := range []*tree.Node{n.Get("tool", "poetry", "source"), n.Get("tool", "pdm", "source"), n.Get("tool", "uv", "index")} {
		for _, s := range list.Elements() {
			if u := s.Get("url"); u != nil {
				d.fetches(u.Str(), "", "the index "+s.Get("name").Str(), u.Line)
			}
		}
	}
	for _, key := range []string{"index-url", "extra-index-url"} {
		for _, u := range n.Get("tool", "uv", key).Elements() {
			d.fetches(u.Str(), "", key, u.Line)
		}
	}
}

// table reads dependencies as Poetry and Pipenv write them: a version, or a
// table with one.
func (d *document) table(n *tree.Node, dev bool) {
	for _, f := range n.Members() {
		if f.Name == "python" {
			continue
		}
		v := f.Value
		if v.Kind == tree.Object {
			if u := v.Get("git").Str() + v.Get("url").Str(); u != "" {
				d.flow("source", u, "", "a dependency", f.Line)
			}
			if v.Get("path") != nil {
				continue
			}
			v = v.Get("version")
		}
		version := ""
		if text := v.Str(); poetryExact.MatchString(text) {
			version = strings.TrimLeft(text, "=")
		}
		d.add(ecosystem.PyPI, f.Name, version, dev, f.Line)
	}
}

var poetryExact = regexp.MustCompile(`^(==)?[0-9]+(\.[0-9A-Za-z]+)+$`)

// tomlLock reads lists of [[package]]: Poetry, uv, PDM and Cargo.
func tomlLock(e ecosystem.Ecosystem) func(d *document) {
	return func(d *document) {
		for _, p := range d.toml().Get("package").Elements() {
			source := p.Get("source")
			if e == ecosystem.Cargo && source == nil || source.Get("editable") != nil || source.Get("virtual") != nil || source.Get("directory") != nil {
				continue // of the project itself
			}
			d.add(e, p.Get("name").Str(), p.Get("version").Str(), p.Get("category").Str() == "dev", p.Line)
			u := source.Str() + source.Get("url").Str() + source.Get("registry").Str()
			if git := source.Get("git").Str(); git != "" || source.Get("type").Str() == "git" || strings.HasPrefix(u, "git+") {
				d.flow("source", git+u, "", "the lock file", p.Line)
			} else if u != "" {
				d.fetches(u, "", "the lock file", p.Line)
			}
		}
	}
}

// pylock reads the standard lock file (PEP 751).
func pylock(d *document) {
	for _, p := range d.toml().Get("packages").Elements() {
		d.add(ecosystem.PyPI, p.Get("name").Str(), p.Get("version").Str(), false, p.Line)
		if u := p.Get("index"); u != nil {
			d.fetches(u.Str(), "", "the lock file", u.Line)
		}
		if u := p.Get("vcs", "url"); u != nil {
			d.flow("source", u.Str(), "", "the lock file", u.Line)
		}
	}
}

func pipfile(d *document) {
	n := d.toml()
	d.table(n.Get("packages"), false)
	d.table(n.Get("dev-packages"), true)
	for _, s := range n.Get("source").Elements() {
		d.fetches(s.Get("url").Str(), "", "the source "+s.Get("name").Str(), s.Line)
	}
}

func (d *document) json() *tree.Node {
	n, err := tree.JSON(d.src)
	if err != nil {
		d.fail(err)
	}
	return n
}

func pipfileLock(d *document) {
	n := d.json()
	for _, s := range n.Get("_meta", "sources").Elements() {
		if u := s.Get("url"); u != nil {
			d.fetches(u.Str(), "", "the source "+s.Get("name").Str(), u.Line)
		}
	}
	for _, section := range []string{"default", "develop"} {
		for _, p := range n.Get(section).Members() {
			d.add(ecosystem.PyPI, p.Name, strings.TrimPrefix(p.Value.Get("version").Str(), "=="), section == "develop", p.Line)
		}
	}
}

// conda reads environment.yml. Channels without an address are names.
func conda(d *document) {
	docs, err := tree.YAML(d.src)
	if err != nil {
		d.fail(err)
		return
	}
	for _, n := range docs {
		for _, c := range n.Get("channels").Elements() {
			if strings.Contains(c.Str(), "://") {
				d.fetches(c.Str(), "", "channels", c.Line)
			}
		}
		for _, dep := range n.Get("dependencies").Elements() {
			for _, p := range dep.Get("pip").Elements() {
				d.requirementLine(p.Str(), false, p.Line)
			}
			spec := dep.Str()
			if _, rest, ok := strings.Cut(spec, "::"); ok {
				spec = rest
			}
			f := strings.FieldsFunc(spec, func(r rune) bool { return strings.ContainsRune("=<>! ~", r) })
			if len(f) == 0 || f[0] == "python" || f[0] == "pip" {
				continue
			}
			version := ""
			if rest := strings.TrimSpace(spec[len(f[0]):]); strings.HasPrefix(rest, "=") && len(f) > 1 && !strings.ContainsAny(rest, "<>*,|") {
				version = f[1]
			}
			d.add(ecosystem.Conda, f[0], version, false, dep.Line)
		}
	}
}
