package score

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Known is what frameworks may name.
type Known struct {
	KB    *kb.KB
	Rules []graph.RuleID
}

// Load reads every framework below a folder, sorted by id. It is strict: a name
// that leads nowhere would be a criterion that nobody ever looks at.
func Load(fsys fs.FS, known Known) ([]*Framework, error) {
	files, err := fs.Glob(fsys, "*/framework.yaml")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("there are no frameworks: each is a folder with a framework.yaml")
	}
	var out []*Framework
	for _, file := range files {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		f, err := parse(src)
		if err == nil {
			err = f.check(path.Dir(file), known)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Framework) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

func parse(src []byte) (*Framework, error) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	var f Framework
	if err := dec.Decode(&f); err != nil {
		return nil, err
	}
	return &f, nil
}

// Choose picks frameworks by their ids; unknown ones are errors that list the known.
func Choose(all []*Framework, ids []string) ([]*Framework, error) {
	var out []*Framework
	for _, id := range ids {
		i := slices.IndexFunc(all, func(f *Framework) bool { return strings.EqualFold(f.ID, id) })
		if i < 0 {
			return nil, fmt.Errorf("there is no framework %q; there are: %s", id, strings.Join(IDs(all), ", "))
		}
		if !slices.Contains(out, all[i]) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Names are the ids of the frameworks below a folder, sorted, without reading them.
func Names(fsys fs.FS) []string {
	files, _ := fs.Glob(fsys, "*/framework.yaml") // the pattern is good
	out := make([]string, len(files))
	for i, file := range files {
		out[i] = path.Dir(file)
	}
	return out
}

// IDs are those of frameworks, in their order.
func IDs(fs []*Framework) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.ID)
	}
	return out
}

// Of are the frameworks of the instruments that a perimeter names; of one that names
// none, every one that is in force on the day.
func Of(all []*Framework, k *kb.KB, p *perimeter.Perimeter, day string) []*Framework {
	var out []*Framework
	for _, f := range all {
		switch named := p.Spec.Frameworks; {
		case len(named) > 0 && slices.Contains(named, f.Instrument),
			len(named) == 0 && f.standing(k, day) == Stands:
			out = append(out, f)
		}
	}
	return out
}

// standing is what it is on a day: in force where some of it is.
func (f *Framework) standing(k *kb.KB, day string) Standing {
	clause := func(is func(*kb.Requirement) bool) bool {
		return f.any(func(c *Criterion) bool {
			q, ok := k.Requirement(c.Requirement)
			return ok && is(&q)
		})
	}
	switch {
	case clause(func(q *kb.Requirement) bool { return q.InForce(day, "") }):
		return Stands
	case clause(func(q *kb.Requirement) bool { return q.Status != "proposed" }):
		return Later
	}
	return Proposed
}

func (f *Framework) any(is func(*Criterion) bool) bool {
	for i := range f.Groups {
		for j := range f.Groups[i].Criteria {
			if is(&f.Groups[i].Criteria[j]) {
				return true
			}
		}
	}
	return false
}

// check refuses what would make a score say more than the framework does.
func (f *Framework) check(folder string, known Known) error {
	if f.ID != folder {
		return fmt.Errorf("its id is %q and its folder %q: write the same", f.ID, folder)
	}
	if !slices.ContainsFunc(known.KB.Requirements(), func(q kb.Requirement) bool { return q.Instrument == f.Instrument }) {
		return fmt.Errorf("the knowledge base has no clause of the instrument %q", f.Instrument)
	}
	if !f.Title.whole() || !f.About.whole() {
		return errors.New("title and about have a text in each of en, de and fr")
	}
	if len(f.Sources) == 0 {
		return errors.New("it says under sources where its structure was read")
	}
	if f.Territory != "" && !slices.ContainsFunc(known.KB.Blocs(), func(b kb.Bloc) bool { return b.ID == f.Territory }) {
		return fmt.Errorf("the knowledge base has no bloc %q", f.Territory)
	}
	if f.Levels != nil {
		if f.Levels.Name == "" || f.Levels.Top() < 1 || slices.ContainsFunc(f.Levels.Names, func(t Text) bool { return !t.whole() }) {
			return errors.New("levels have a name, and names in each language for two levels or more")
		}
	}
	weights, weighed := 0, 0
	ids := map[string]bool{}
	for i := range f.Groups {
		g := &f.Groups[i]
		if g.Weight != 0 {
			weights, weighed = weights+g.Weight, weighed+1
		}
		if g.Weight < 0 || !g.Title.whole() || g.ID == "" || len(g.Criteria) == 0 {
			return fmt.Errorf("the group %q needs an id, a title in each language, and criteria", g.ID)
		}
		scored := false
		for j := range g.Criteria {
			c := &g.Criteria[j]
			if ids[c.ID] || c.ID == "" {
				return fmt.Errorf("the criterion %q of %s is there twice, or has no id", c.ID, g.ID)
			}
			ids[c.ID] = true
			scored = scored || !c.Unscored
			if err := f.criterion(c, known); err != nil {
				return fmt.Errorf("the criterion %s: %w", c.ID, err)
			}
		}
		if g.Weight > 0 && !scored {
			return fmt.Errorf("the group %s has a weight and no criterion that is scored", g.ID)
		}
	}
	switch {
	case len(f.Groups) == 0:
		return errors.New("it has no groups of criteria")
	case weighed > 0 && weighed < len(f.Groups):
		return fmt.Errorf("%d of %d groups have a weight: all have one, or none", weighed, len(f.Groups))
	case weighed > 0 && weights != 100:
		return fmt.Errorf("the weights come to %d: they come to 100", weights)
	}
	return nil
}

func (f *Framework) criterion(c *Criterion, known Known) error {
	if !c.Title.whole() {
		return errors.New("its title has a text in each of en, de and fr")
	}
	if _, ok := known.KB.Requirement(c.Requirement); !ok {
		return fmt.Errorf("the knowledge base has no requirement %q", c.Requirement)
	}
	for _, r := range c.Rules {
		if !slices.Contains(known.Rules, r) {
			return fmt.Errorf("there is no rule %q", r)
		}
	}
	for i, r := range c.Rules {
		if slices.Contains(c.Rules[:i], r) {
			return fmt.Errorf("it names %s twice", r)
		}
	}
	for _, o := range c.Of {
		if !slices.Contains(Coordinates(), o) {
			return fmt.Errorf("there is no coordinate %q; there are: %v", o, Coordinates())
		}
		if o != Custody && f.Territory == "" {
			return fmt.Errorf("it asks where the %s is, and the framework has no territory", o)
		}
	}
	for _, d := range c.Documents {
		if !slices.Contains(perimeter.Facts(), d) {
			return fmt.Errorf("no document shows the fact %q; there are: %s", d, strings.Join(perimeter.Facts(), ", "))
		}
	}
	switch {
	case (c.Cited || c.Own || c.Part || len(c.Of) > 0) && len(c.Rules) == 0:
		return errors.New("cited, own, part and of say how findings of rules count, and it names none")
	case c.Level != 0 && f.Levels == nil:
		return errors.New("it asks for a level, and the framework has none")
	case f.Levels != nil && (c.Level < 0 || c.Level > f.Levels.Top()):
		return fmt.Errorf("its level is %d: levels are 1 to %d", c.Level, f.Levels.Top())
	case c.Unscored && c.Level == 0:
		return errors.New("it has no part in the score and bounds no level: leave it out")
	}
	return nil
}
