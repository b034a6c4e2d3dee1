package kb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var (
	readings = []string{"", "region", "country", "arn", "url", "host", "image", "cloud", "text", "operator", "account"}
	custody  = []string{"provider", "none", "unknown"}
	grades   = []string{"provider", "software", "hsm", "imported", "external", "client", "unknown"}
	scopes   = []string{"same", "pair", "zone", "none", "anywhere", "value"}
)

// dialect checks the words of one language file.
func (c *checker) dialect(d *row[dialectFile]) {
	v := &d.V.Dialect
	at := func(line int) complain {
		return func(format string, args ...any) {
			c.errs = append(c.errs, &Error{d.File, line, fmt.Sprintf(format, args...)})
		}
	}
	errorf := at(d.Line)
	if c.providers[d.V.Provider] == nil && !c.missing[d.V.Provider] {
		c.missing[d.V.Provider] = true
		errorf("providers/%s has no provider.yaml", d.V.Provider)
	}
	oneOf(errorf, "detached", v.Detached, "", "unknown")
	if len(v.Sources) == 0 && !onlyBackends(v) {
		errorf("sources is missing: whose types are these? (hashicorp/aws)")
	}
	for _, l := range v.Like {
		c.like(errorf, l)
	}
	c.reads(errorf, "place", v.Place, readings)
	c.reads(errorf, "partition", v.Partition, readings)
	for _, l := range v.Local {
		c.mapped(errorf, MapEntry{When: l, To: l})
	}
	for i, name := range v.Inert {
		if _, ok := v.Types[name]; ok {
			at(d.V.lines[name])("type %s is both typed and inert; keep one", name)
		}
		line := d.Line
		if i < len(d.V.inertLines) {
			line = d.V.inertLines[i]
		}
		if slices.Contains(v.Inert[:i], name) {
			at(line)("inert %s is written twice", name)
		}
		if name == "*" {
			at(line)("inert * would silence every type that nobody looked at")
		}
	}
	for _, name := range sortedKeys(v.Types) {
		errorf := at(d.V.lines[name])
		t := v.Types[name]
		if t == nil {
			errorf("type %s is empty; say its kind, or list it under inert:", name)
			continue
		}
		c.typ(func(format string, args ...any) { errorf("type "+name+": "+format, args...) }, d.V.Provider, t)
		c.byValue(errorf, v, name, t)
	}
}

// byValue checks a type whose meaning the value of an attribute decides, and the
// entries for its values.
func (c *checker) byValue(errorf complain, d *Dialect, name string, t *Type) {
	typ, value, valued := strings.Cut(name, " ")
	for _, other := range sortedKeys(d.Types) {
		if valued && other < name && foldValue(other) == foldValue(name) {
			errorf("type %s is also written as %s; letter case does not tell values apart", name, other)
		}
	}
	switch base := d.Types[typ]; {
	case t.By != "" && (valued || t.Kind == ""):
		errorf("type %s: by belongs to a type of the language, with the kind of all values that no entry is for", name)
	case valued && (value == "" || base == nil || base.By == ""):
		errorf("type %s: write by: ATTRIBUTE in the type %s, whose values decide what it means", name, typ)
	}
}

// like checks that the types of another language can be found.
func (c *checker) like(errorf complain, l *Like) {
	if l == nil {
		return
	}
	required(errorf, "like.language", l.Language, "like.form", l.Form)
	re, err := expression(l.Form)
	switch {
	case err != nil:
		errorf("like.form: %v", err)
	case !slices.Contains(re.SubexpNames(), "name"):
		errorf("like.form %s has no group name: write (?P<name>…)", l.Form)
	}
}

func onlyBackends(d *Dialect) bool {
	for name := range d.Types {
		if !strings.HasPrefix(name, "backend.") {
			return false
		}
	}
	return len(d.Inert) == 0
}

func (c *checker) typ(errorf complain, id graph.ProviderID, t *Type) {
	if t.Kind == "" && t.Of == "" {
		errorf("it has neither kind nor of; say what it is")
	}
	if t.Kind != "" && !t.Kind.Valid() {
		errorf("unknown kind %q%s", t.Kind, didYouMean(string(t.Kind), kindNames()))
	}
	for _, r := range t.Roles {
		oneOf(errorf, "role", string(r), roles...)
	}
	if t.Operator != "" {
		c.isOperator(errorf, t.Operator)
	}
	c.reads(errorf, "where", t.Where, readings)
	c.reads(errorf, "model", t.Model, readings)
	for _, p := range t.Places {
		c.place(errorf, id, &p)
	}
	if g := t.Governs; g != nil {
		c.governs(errorf, t, g)
	}
	if t.Key != nil {
		c.reads(errorf, "key.refs", t.Key.Refs, readings)
		oneOf(errorf, "key.default", t.Key.Default, custody...)
	}
	if t.Grade != nil {
		c.reads(errorf, "grade.from", t.Grade.From, readings)
		c.reads(errorf, "grade.holder", t.Grade.Holder, readings)
		oneOf(errorf, "grade.default", t.Grade.Default, grades...)
		for _, r := range t.Grade.From {
			for _, m := range r.Map {
				if m.To != "" { // "" is unknown
					oneOf(errorf, "grade", m.To, grades...)
				}
			}
		}
	}
	for _, name := range sortedKeys(t.Settings) {
		c.setting(errorf, name, t.Settings[name])
	}
	for _, r := range t.Runs {
		if r.Attr == "" || r.Image == "" {
			errorf("runs: write attr of the containers, and image within one")
		}
	}
	for _, e := range t.Env {
		if e.Attr == "" || (e.Name == "") != (e.Value == "") || e.JSON != "" && e.Name == "" {
			errorf("env: write attr of a map, or attr, name and value of a list")
		}
		if _, err := ParseJSONPath(e.JSON); e.JSON != "" && err != nil {
			errorf("env: %v", err)
		}
	}
	if slices.Contains(t.Boot, "") {
		errorf("boot: write attributes")
	}
	for _, target := range t.Targets {
		oneOf(errorf, "target purpose", target.Purpose, sortedKeys(TargetPurposes)...)
		c.reads(errorf, "targets", target.To, readings)
		if len(target.To) == 0 {
			errorf("target %s has no to", target.Purpose)
		}
	}
}

func (c *checker) governs(errorf complain, t *Type, g *Governs) {
	if (g.Of == "") == (len(g.Kinds)+len(g.Types) == 0) || g.Of != "" && len(g.Same)+len(g.Scope) > 0 {
		errorf("governs: name kinds or types, or alone of, an attribute that names the assets")
	}
	for _, k := range g.Kinds {
		if !k.Valid() {
			errorf("governs: unknown kind %q%s", k, didYouMean(string(k), kindNames()))
		}
	}
	oneOf(errorf, "governs.scope", g.Scope, "", "configuration", "root")
	c.reads(errorf, "governs.same", g.Same, readings)
	if len(t.Settings) == 0 {
		errorf("governs: it has no settings that could count for others")
	}
}

func (c *checker) place(errorf complain, id graph.ProviderID, p *PlaceSpec) {
	oneOf(errorf, "purpose", p.Purpose, sortedKeys(Purposes)...)
	if p.Role != "" {
		oneOf(errorf, "role", string(p.Role), roles...)
	}
	oneOf(errorf, "binding", string(p.Binding), bindings...)
	c.reads(errorf, "places.from", p.From, readings)
	if len(p.From) == 0 && p.Default == "" {
		errorf("place %s has neither from nor default: where is it?", p.Purpose)
	}
	for _, m := range p.Scope {
		c.mapped(errorf, m)
		if m.To != "" { // "" is unknown
			c.scope(errorf, id, m.To)
		}
	}
	if p.Default != "" {
		c.scope(errorf, id, p.Default)
	}
	conditions(errorf, "place "+p.Purpose, p.When)
}

func conditions(errorf complain, what string, when []When) {
	for _, w := range when {
		if w.Attr == "" || len(w.Is) == 0 && w.Set == nil {
			errorf("%s: a condition has attr and is or set", what)
		}
	}
}

func (c *checker) scope(errorf complain, id graph.ProviderID, s string) {
	if name, ok := strings.CutPrefix(s, "geo:"); ok {
		if p := c.providers[id]; p != nil {
			if _, ok := p.Geographies[name]; !ok {
				errorf("scope %s: %s has no such geography%s", s, id, didYouMean(name, sortedKeys(p.Geographies)))
			}
		}
		return
	}
	if !slices.Contains(scopes, s) && !c.blocs[s] && !c.countries[graph.Country(s)] {
		errorf("unknown scope %q; known are %s, geo:<name>, blocs and countries", s, strings.Join(scopes, ", "))
	}
}

func (c *checker) setting(errorf complain, name string, s SettingSpec) {
	says, ok := Settings[name]
	if !ok {
		errorf("unknown setting %q%s", name, didYouMean(name, sortedKeys(Settings)))
		return
	}
	c.reads(errorf, "settings."+name, s.From, readings)
	if len(s.From) == 0 && s.Default == nil {
		errorf("setting %s has neither from nor default", name)
	}
	if many(s.Any, s.All, s.Present) > 1 {
		errorf("setting %s: of any, all and present only one can hold", name)
	}
	conditions(errorf, "setting "+name, s.When)
	want, _, _ := strings.Cut(says, ":")
	got := ""
	switch s.Default.(type) {
	case nil:
		return
	case bool:
		got = "bool"
	case int, int64, uint64, float64:
		got = "number"
	case string:
		got = "text"
	}
	if got != want {
		errorf("setting %s: default %v is not a %s", name, s.Default, want)
	}
}
