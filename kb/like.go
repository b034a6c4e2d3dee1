package kb

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A Like says that the types of a dialect are those of the same provider in
// another language, under other names. Crossplane providers and the Pulumi
// bridge are generated from Terraform plugins: what aws_s3_bucket means is
// written once.
type Like struct {
	Language string `yaml:"language" json:"language"` // whose types they are: "terraform"
	// Form is an expression that a type matches, with the groups name and module:
	// ^aws:(?P<module>[^/:]+)(/[^:]+)?:(?P<name>.+)$
	Form string `yaml:"form" json:"form"`
	// Prefix begins every type of the other language: "aws_". What follows is the
	// module and the name, or the name alone, whichever the other dialect knows.
	Prefix string `yaml:"prefix" json:"prefix"`
	// Modules are what modules are called there: {amp: prometheus}. Alternatives
	// are separated by |.
	Modules map[string]string `yaml:"modules,omitempty" json:"modules,omitempty"`
	// Suffixes may end types there, besides none: {_v2}.
	Suffixes []string `yaml:"suffixes,omitempty" json:"suffixes,omitempty"`
	// Types are the exceptions, by module/name: what the type is called there.
	Types map[string]string `yaml:"types,omitempty" json:"types,omitempty"`
	// Inert are those of the exceptions that hold and move no data, by module/name.
	Inert []string `yaml:"inert,omitempty" json:"inert,omitempty"`
	// Attrs are attributes that are not called as there, only in camel case:
	// {function_name: name}. Alternatives are separated by |.
	Attrs map[string]string `yaml:"attrs,omitempty" json:"attrs,omitempty"`
	// Flat are objects there whose attributes stand here one level up: {properties}.
	Flat []string `yaml:"flat,omitempty" json:"flat,omitempty"`
	// NameFirst says that a type there is the name and then the module: the kind of
	// Kubernetes and its group. A name alone is then one only where modules says
	// that the module has no name there: {core: ""}.
	NameFirst bool `yaml:"name_first,omitempty" json:"name_first,omitempty"`
	// Plural says that the names of lists are in the plural.
	Plural bool `yaml:"plural,omitempty" json:"plural,omitempty"`
	// Named is an attribute that names the asset where the one that does so there
	// is not written.
	Named string `yaml:"named,omitempty" json:"named,omitempty"`

	once  sync.Once
	parts *regexp.Regexp // of Form; nil when it is none
}

// A Likeness is what a type is in another language.
type Likeness struct {
	Like  *Like
	Type  string    // as the other language calls it
	Match TypeMatch // what its dialect says there
}

// Likened returns what a type is in another language; false where a dialect
// speaks of the type itself, or none knows it.
func (k *KB) Likened(language, source, typ string) (Likeness, bool) {
	ix := k.index.Languages[language]
	if ix == nil || len(ix.Like) == 0 {
		return Likeness{}, false
	}
	if _, own := k.Type(language, source, typ); own {
		return Likeness{}, false
	}
	for _, id := range ix.Like {
		if source != "" && !slices.Contains(ix.Sources[source], id) {
			continue
		}
		for _, l := range k.dialect(id, language).record.Like {
			if other := k.dialect(id, l.Language); other != nil {
				if got, ok := l.find(other, typ); ok {
					got.Match.Provider = id
					return got, true
				}
			}
		}
	}
	return Likeness{}, false
}

// find finds a type in the other dialect.
func (l *Like) find(other *dialect, typ string) (Likeness, bool) {
	name, module, ok := l.split(typ)
	if !ok {
		return Likeness{}, false
	}
	key := name
	if module != "" {
		key = module + "/" + name
	}
	if there, ok := l.Types[key]; ok {
		m, fixed := other.lookup(there)
		return Likeness{l, there, m}, fixed >= 0
	}
	if slices.Contains(l.Inert, key) {
		return Likeness{l, l.Prefix + snake(name), TypeMatch{Dialect: other.record, Inert: true}}, true
	}
	modules := []string{""}
	if module != "" {
		modules = append(strings.Split(l.Modules[module], "|"), module)
		modules = slices.DeleteFunc(modules, func(m string) bool { return m == "" })
	}
	folded := other.folds()
	for _, full := range l.spelled(name, module, modules) {
		for _, end := range append([]string{""}, l.Suffixes...) {
			if entry, ok := folded.exact[fold(full+end)]; ok {
				match, _ := other.lookup(entry)
				return Likeness{l, entry, match}, true
			}
		}
	}
	if l.NameFirst {
		return Likeness{}, false
	}
	// A prefix is looked for with the module only: the name alone says too little
	// to count as one of a family.
	for _, m := range modules {
		full := l.Prefix + snake(name)
		if m != "" {
			full = l.Prefix + m + "_" + snake(name)
		}
		if match, ok := folded.begins(full); ok {
			return Likeness{l, full, match}, true
		}
	}
	return Likeness{}, false
}

// spelled are the ways in which a type may be spelled there, without suffix.
func (l *Like) spelled(name, module string, modules []string) []string {
	var out []string
	if l.NameFirst {
		if other, ok := l.Modules[module]; ok && other == "" {
			return []string{l.Prefix + name}
		}
		for _, m := range modules {
			if m != "" {
				out = append(out, l.Prefix+name+m)
			}
		}
		return out
	}
	for _, m := range modules {
		out = append(out, l.Prefix+m+name)
	}
	return append(out, l.Prefix+name)
}

// split gives the name and the module of a type.
func (l *Like) split(typ string) (name, module string, ok bool) {
	l.once.Do(func() { l.parts, _ = regexp.Compile(l.Form) })
	if l.parts == nil {
		return "", "", false
	}
	m := l.parts.FindStringSubmatch(typ)
	if m == nil {
		return "", "", false
	}
	name = m[l.parts.SubexpIndex("name")]
	if i := l.parts.SubexpIndex("module"); i >= 0 {
		module = m[i]
	}
	return name, module, name != ""
}

// A foldedIndex finds entries of a dialect whatever the case and where words
// are parted: apigateway and api_gateway, VPC and vpc.
type foldedIndex struct {
	exact    map[string]string
	prefixes []foldedPrefix // longest first
}

type foldedPrefix struct {
	folded string
	whole  bool // it ends where a word does
	match  TypeMatch
}

func (x *dialect) folds() *foldedIndex {
	x.foldOnce.Do(func() {
		f := &foldedIndex{exact: make(map[string]string, len(x.exact))}
		for _, name := range sortedKeys(x.exact) {
			if !special(name) && f.exact[fold(name)] == "" {
				f.exact[fold(name)] = name
			}
		}
		for _, p := range x.prefixes {
			if !special(p.prefix) {
				f.prefixes = append(f.prefixes, foldedPrefix{fold(p.prefix), p.prefix != "" && !unicode.IsLetter(rune(p.prefix[len(p.prefix)-1])), p.match})
			}
		}
		slices.SortStableFunc(f.prefixes, func(a, b foldedPrefix) int { return cmp.Compare(len(b.folded), len(a.folded)) })
		x.folded = f
	})
	return x.folded
}

// special are entries for a value, and for what belongs to no plugin.
func special(name string) bool {
	return strings.Contains(name, " ") || strings.HasPrefix(name, "backend.")
}

// begins finds the prefix with which a name begins.
func (f *foldedIndex) begins(name string) (TypeMatch, bool) {
	ends := map[int]bool{}
	at := 0
	for word := range strings.SplitSeq(name, "_") {
		at += len(fold(word))
		ends[at] = true
	}
	folded := fold(name)
	for _, p := range f.prefixes {
		if strings.HasPrefix(folded, p.folded) && (!p.whole || ends[len(p.folded)]) {
			return p.match, true
		}
	}
	return TypeMatch{}, false
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// snake parts the words of a name in camel case by underscores: VPCLink is
// vpc_link.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if i > 0 && unicode.IsUpper(r) && rs[i-1] != '_' &&
			(!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// camel is the opposite of snake.
func camel(s string) string {
	var b strings.Builder
	up := false
	for i, r := range s {
		switch {
		case r == '_' && i > 0:
			up = true
			continue
		case up:
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	return b.String()
}

// Names are how an attribute of the other language may be called here, best
// first; the last is its name there, which keys of maps have.
func (l *Like) Names(attr string) []string {
	var out []string
	add := func(names ...string) {
		for _, n := range names {
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	c := camel(attr)
	add(c, lowerFirst(c))
	if c != lowerFirst(c) {
		add(camel(snake(attr))) // KMSMasterKeyID is kmsMasterKeyId
	}
	if other := l.Attrs[attr]; other != "" {
		add(strings.Split(other, "|")...)
	}
	if l.Plural {
		add(plurals(c)...)
	}
	add(attr)
	return out
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// plurals are the plural and the singular of a word. A word is one of both, so
// that what does not exist does no harm.
func plurals(s string) []string {
	var out []string
	switch {
	case strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ay") && !strings.HasSuffix(s, "ey"):
		out = append(out, s[:len(s)-1]+"ies")
	case strings.HasSuffix(s, "ex"), strings.HasSuffix(s, "ix"):
		out = append(out, s[:len(s)-2]+"ices", s+"es")
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"), strings.HasSuffix(s, "z"):
		out = append(out, s+"es")
	}
	out = append(out, s+"s")
	if one, ok := strings.CutSuffix(s, "ies"); ok {
		out = append(out, one+"y")
	}
	if one, ok := strings.CutSuffix(s, "es"); ok {
		out = append(out, one)
	}
	if one, ok := strings.CutSuffix(s, "s"); ok {
		out = append(out, one)
	}
	return out
}

// FindLike is what a type is called in the other dialect by a likeness, and
// whether it is inert; FindEntry the same of a type of the other dialect, and
// the entry that says so, which is its name or a prefix and *. They are for the
// generator of likenesses.
func FindLike(l *Like, other *Dialect, typ string) (there string, inert, ok bool) {
	got, ok := l.find(newDialect("", other), typ)
	return got.Type, got.Match.Inert, ok
}

// FindEntry is described at [FindLike].
func FindEntry(d *Dialect, typ string) (entry string, inert bool) {
	x := newDialect("", d)
	m, fixed := x.lookup(typ)
	switch {
	case fixed < 0:
		return "", false
	case fixed > len(typ):
		return typ, m.Inert
	}
	return typ[:fixed] + "*", m.Inert
}

// Key is a type as the exceptions of a likeness name it.
func (l *Like) Key(typ string) string {
	name, module, _ := l.split(typ)
	if module == "" {
		return name
	}
	return module + "/" + name
}

// Snake parts the words of a name in camel case by underscores.
func Snake(s string) string { return snake(s) }
