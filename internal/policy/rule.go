package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Rule is one check: what its METADATA says, and the module that decides.
type Rule struct {
	ID           graph.RuleID
	Title        string
	Description  string
	Severity     finding.Severity
	Basis        finding.Basis
	Requirements []graph.RequirementID
	Also         []graph.RequirementID // that a result may cite besides, as the case is
	Kinds        []graph.Kind          // that it judges; "*" in METADATA is every kind that bears data
	Remedy       string
	NeverFails   bool   // its whole point is to be undecided: its cases need not show a fail, and must not
	Advisory     bool   // what it leaves undecided is listed and never blocks
	Traffic      bool   // it judges what was seen: it is also asked of flows of which nothing but attempts were
	Owned        bool   // it asks of what the team configures itself, and never of the other end of a flow
	File         string // as the user would type it

	module func() (*ast.Module, error) // what decides; read when it is first asked
	pkg    string                      // data path of its package
}

// ours reports whether the rule stands below the package that is kept for ours.
func (r *Rule) ours() bool { return strings.HasPrefix(r.pkg, "data.bailiwick.") }

// An Error is a rule that cannot be used.
type Error struct {
	File    string
	Line    int
	Message string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.File, e.Message)
}

// Set is a set of rules with the library modules that they import.
type Set struct {
	Rules []Rule // by id
	lib   []*ast.Module
	texts []string // path and text of every file, for Digest
}

// Digest is "sha256:" and the digest of every file that was loaded, whatever
// [Set.Only] has left out.
func (s *Set) Digest() string {
	h := sha256.New()
	for _, t := range slices.Sorted(slices.Values(s.texts)) {
		fmt.Fprintf(h, "%d\x00%s", len(t), t)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Load reads every .rego file below a folder, except tests; name is how the
// user knows the folder. A module of package bailiwick.lib… is a library; any
// other one is a rule and must carry METADATA.
func Load(fsys fs.FS, name string) (*Set, error) {
	s := &Set{}
	seen := 0
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return &Error{File: path.Join(name, p), Message: err.Error()}
		}
		if d.IsDir() || path.Ext(p) != ".rego" || strings.HasSuffix(p, "_test.rego") {
			return nil
		}
		seen++
		if info, err := fs.Stat(fsys, p); err == nil && !info.Mode().IsRegular() {
			return &Error{File: path.Join(name, p), Message: "it is no regular file: nothing is read from pipes and devices"}
		}
		src, err := fs.ReadFile(fsys, p)
		if err != nil {
			return &Error{File: path.Join(name, p), Message: err.Error()}
		}
		s.texts = append(s.texts, p+"\x00"+string(src))
		return s.add(path.Join(name, p), string(src))
	})
	if err != nil {
		return nil, err
	}
	if seen == 0 {
		return nil, &Error{File: name, Message: "there is no .rego file below this folder"}
	}
	s.sort()
	return s, nil
}

// With adds the rules of another set. An id or package that is there already is
// an error, and so is a package of ours: a user's file must not silently change
// what our rules say.
func (s *Set) With(o *Set) (*Set, error) {
	for _, m := range o.lib {
		return nil, &Error{File: m.Package.Location.File, Line: m.Package.Location.Row, Message: "packages below bailiwick are ours: name yours otherwise"}
	}
	out := &Set{Rules: slices.Clone(s.Rules), lib: append(slices.Clone(s.lib), o.lib...), texts: slices.Concat(s.texts, o.texts)}
	for _, r := range o.Rules {
		if r.ours() {
			return nil, &Error{File: r.File, Message: "packages below bailiwick are ours: name yours otherwise"}
		}
		for i := range out.Rules {
			switch x := &out.Rules[i]; {
			case x.ID == r.ID:
				return nil, &Error{File: r.File, Message: fmt.Sprintf("the rule id %s is taken by %s: give yours another one", r.ID, x.File)}
			case x.pkg == r.pkg:
				return nil, &Error{File: r.File, Message: fmt.Sprintf("its package is also that of %s: give yours another one", x.File)}
			}
		}
		out.Rules = append(out.Rules, r)
	}
	out.sort()
	return out, nil
}

// Only keeps the named rules; unknown names are errors that list the known ones.
func (s *Set) Only(ids []string) (*Set, error) {
	if len(ids) == 0 {
		return s, nil
	}
	out := &Set{lib: s.lib, texts: s.texts}
	for _, r := range s.Rules {
		if slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, string(r.ID)) }) {
			out.Rules = append(out.Rules, r)
		}
	}
	for _, id := range ids {
		if _, ok := s.Find(id); !ok {
			var known []string
			for _, r := range s.Rules {
				known = append(known, string(r.ID))
			}
			return nil, fmt.Errorf("there is no rule %q; there are: %s", id, strings.Join(known, ", "))
		}
	}
	return out, nil
}

// Find returns the rule with the id, in any letter case.
func (s *Set) Find(id string) (*Rule, bool) {
	for i := range s.Rules {
		if strings.EqualFold(string(s.Rules[i].ID), id) {
			return &s.Rules[i], true
		}
	}
	return nil, false
}

func (s *Set) sort() {
	sort.Slice(s.Rules, func(i, j int) bool { return s.Rules[i].ID < s.Rules[j].ID })
}

var idForm = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,11}-[0-9]{3,4}$`)

// headOf is a module up to its package: its METADATA and its name. All of it
// where no line names one.
func headOf(src string) string {
	read := 0
	for line := range strings.Lines(src) {
		read += len(line)
		if word := strings.Fields(line); len(word) > 1 && word[0] == "package" {
			return src[:read]
		}
	}
	return src
}

// add takes a module. Of one of ours only the head is read, and the rest when its
// kinds are asked for: most runs need some of the rules, and tests read them all.
// What a user wrote is read at once, so that a fault in it is told.
func (s *Set) add(file, src string) error {
	m, err := parse(file, headOf(src), true)
	if err != nil {
		return err
	}
	pkg := strings.TrimPrefix(m.Package.Path.String(), "data.")
	if strings.HasPrefix(pkg, "bailiwick.lib") {
		if m, err = parse(file, src, false); err == nil {
			s.lib = append(s.lib, m)
		}
		return err
	}
	r := Rule{File: file, pkg: "data." + pkg, module: sync.OnceValues(func() (*ast.Module, error) { return decides(file, src) })}
	if !r.ours() {
		if _, err := r.module(); err != nil {
			return err
		}
	}
	var meta *ast.Annotations
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			meta = a
		}
	}
	if meta == nil {
		return &Error{File: file, Line: m.Package.Location.Row, Message: "the package has no METADATA: a rule says its title, id, severity, basis, kinds and remedy there (see CONTRIBUTING.md)"}
	}
	if err := r.describe(meta); err != nil {
		return &Error{File: file, Line: meta.Location.Row, Message: err.Error()}
	}
	if i := slices.IndexFunc(s.Rules, func(x Rule) bool { return x.ID == r.ID || x.pkg == r.pkg }); i >= 0 {
		return &Error{File: file, Line: m.Package.Location.Row, Message: fmt.Sprintf("its id or package is also that of %s", s.Rules[i].File)}
	}
	s.Rules = append(s.Rules, r)
	return nil
}

// decides reads the whole of a rule.
func decides(file, src string) (*ast.Module, error) {
	m, err := parse(file, src, false)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(m.Rules, func(x *ast.Rule) bool {
		return x.Head.Name == "results" || strings.HasPrefix(x.Head.Ref().String(), "results")
	}) {
		return nil, &Error{File: file, Line: m.Package.Location.Row, Message: "the package defines no set named results"}
	}
	return m, nil
}

func parse(file, src string, annotations bool) (*ast.Module, error) {
	m, err := ast.ParseModuleWithOpts(file, src, ast.ParserOptions{ProcessAnnotation: annotations, RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, regoError(file, err)
	}
	if m == nil {
		return nil, &Error{File: file, Message: "the file holds no package"}
	}
	return m, nil
}

// customKeys are what custom: may hold.
var customKeys = []string{"id", "severity", "basis", "requirements", "also", "kinds", "remedy", "never_fails", "advisory", "traffic", "owned"}

func (r *Rule) describe(a *ast.Annotations) error {
	r.Title, r.Description = a.Title, a.Description
	for k := range a.Custom {
		if !slices.Contains(customKeys, k) {
			return fmt.Errorf("METADATA custom has an unknown key %q; the known ones are %s", k, strings.Join(customKeys, ", "))
		}
	}
	for _, k := range []string{"requirements", "also", "kinds"} {
		if _, isList := a.Custom[k].([]any); a.Custom[k] != nil && !isList {
			return fmt.Errorf("METADATA custom.%s is %v; write it as a list, in brackets", k, a.Custom[k])
		}
	}
	for _, k := range []string{"never_fails", "advisory", "traffic", "owned"} {
		if _, isBool := a.Custom[k].(bool); a.Custom[k] != nil && !isBool {
			return fmt.Errorf("METADATA custom.%s is %v; write true or leave it out", k, a.Custom[k])
		}
	}
	r.NeverFails, r.Advisory, r.Traffic, r.Owned = a.Custom["never_fails"] == true, a.Custom["advisory"] == true, a.Custom["traffic"] == true, a.Custom["owned"] == true
	text := func(k string) string { s, _ := a.Custom[k].(string); return s }
	r.ID, r.Severity, r.Basis, r.Remedy = graph.RuleID(text("id")), finding.Severity(text("severity")), finding.Basis(text("basis")), text("remedy")
	for _, q := range list(a.Custom["requirements"]) {
		r.Requirements = append(r.Requirements, graph.RequirementID(q))
	}
	for _, q := range list(a.Custom["also"]) {
		r.Also = append(r.Also, graph.RequirementID(q))
	}
	for _, k := range list(a.Custom["kinds"]) {
		if k == "*" {
			for _, kind := range graph.Kinds() {
				if kind.Bearing() != graph.BearsNothing {
					r.Kinds = append(r.Kinds, kind)
				}
			}
			continue
		}
		if !graph.Kind(k).Valid() {
			return fmt.Errorf("there is no kind %q; the known ones are %v", k, graph.Kinds())
		}
		r.Kinds = append(r.Kinds, graph.Kind(k))
	}
	slices.Sort(r.Kinds)
	r.Kinds = slices.Compact(r.Kinds)
	switch {
	case !idForm.MatchString(string(r.ID)):
		return fmt.Errorf("METADATA custom.id is %q; it must look like LOC-001", r.ID)
	case r.Title == "":
		return fmt.Errorf("METADATA has no title")
	case r.Severity.Rank() == 0:
		return fmt.Errorf("METADATA custom.severity is %q; it must be one of %v", r.Severity, finding.Severities())
	case r.Basis != finding.OnPerimeter && r.Basis != finding.OnRequirement:
		return fmt.Errorf("METADATA custom.basis is %q; it must be perimeter or requirement", r.Basis)
	case len(r.Kinds) == 0:
		return fmt.Errorf("METADATA custom.kinds is empty: a rule that judges nothing would always be green")
	case r.Remedy == "":
		return fmt.Errorf("METADATA custom.remedy is empty: say what to change")
	case r.Basis == finding.OnRequirement && len(r.Requirements)+len(r.Also) == 0:
		return fmt.Errorf("METADATA custom.requirements and custom.also are empty, but the basis is requirement")
	}
	return nil
}

func list(x any) []string {
	var out []string
	l, _ := x.([]any)
	for _, e := range l {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// regoError makes one line of what the Rego parser or compiler says.
func regoError(file string, err error) error {
	if errs, ok := err.(ast.Errors); ok && len(errs) > 0 {
		e := errs[0]
		out := &Error{File: file, Message: "this is not valid Rego: " + strings.ReplaceAll(e.Message, "\n", " ")}
		if e.Location != nil {
			out.Line = e.Location.Row
			if e.Location.File != "" {
				out.File = e.Location.File
			}
		}
		return out
	}
	return &Error{File: file, Message: "this is not valid Rego: " + strings.ReplaceAll(err.Error(), "\n", " ")}
}
