package score

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A checker refuses what would make a score say more than the framework does.
type checker struct {
	f     *Framework
	known Known
	file  string
	doc   *tree.Node // the file, which knows its lines
}

// wrong is an error at a part of the file: keys are names of fields and numbers of
// items. What is not there is wrong at what it is missing from.
func (c *checker) wrong(keys []any, format string, args ...any) error {
	n, at := c.doc, graph.Origin{File: c.file, Line: c.doc.Line}
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			n = n.Get(k)
		case int:
			if items := n.Elements(); k < len(items) {
				n = items[k]
			}
		}
		if n == nil {
			break
		}
		at.Line = n.Line
	}
	return fmt.Errorf("%s: %s", at.At(), fmt.Sprintf(format, args...))
}

func keys(ks ...any) []any { return ks }

func (c *checker) check(folder string) error {
	if err := c.head(folder); err != nil {
		return err
	}
	if len(c.f.Groups) == 0 {
		return c.wrong(keys("groups"), "it has no groups of criteria")
	}
	groups, criteria := map[string]bool{}, map[string]bool{}
	for i := range c.f.Groups {
		g := &c.f.Groups[i]
		if g.ID == "" || groups[g.ID] {
			return c.wrong(keys("groups", i, "id"), "the group %q is there twice, or has no id", g.ID)
		}
		groups[g.ID] = true
		if err := c.group(i, g, criteria); err != nil {
			return err
		}
	}
	return c.weights()
}

// head checks what the framework says of itself.
func (c *checker) head(folder string) error {
	f := c.f
	if f.ID != folder {
		return c.wrong(keys("id"), "its id is %q and its folder %q: write the same", f.ID, folder)
	}
	if !slices.ContainsFunc(c.known.KB.Requirements(), func(q kb.Requirement) bool { return q.Instrument == f.Instrument }) {
		return c.wrong(keys("instrument"), "the knowledge base has no clause of the instrument %q; --kb adds records of your own", f.Instrument)
	}
	if !f.Title.whole() {
		return c.wrong(keys("title"), "its title has a text in each of en, de and fr")
	}
	if !f.About.whole() {
		return c.wrong(keys("about"), "about says in each of en, de and fr what it is")
	}
	if f.Reading != (Text{}) && !f.Reading.whole() {
		return c.wrong(keys("reading"), "reading has a text in each of en, de and fr")
	}
	if len(f.Sources) == 0 {
		return c.wrong(keys("sources"), "it says under sources where its structure was read")
	}
	if f.Territory != "" && !slices.ContainsFunc(c.known.KB.Blocs(), func(b kb.Bloc) bool { return b.ID == f.Territory }) {
		return c.wrong(keys("territory"), "the knowledge base has no bloc %q", f.Territory)
	}
	if l := f.Levels; l != nil && (l.Name == "" || l.Top() < 1 || slices.ContainsFunc(l.Names, func(t Text) bool { return !t.whole() })) {
		return c.wrong(keys("levels"), "levels have a name, and names in each language for two levels or more")
	}
	return nil
}

// group checks a group; ids are those of the criteria so far.
func (c *checker) group(i int, g *Group, ids map[string]bool) error {
	if g.Weight < 0 || !g.Title.whole() || len(g.Criteria) == 0 {
		return c.wrong(keys("groups", i), "the group %q needs a title in each language, and criteria, and has no weight below 0", g.ID)
	}
	scored := false
	for j := range g.Criteria {
		x := &g.Criteria[j]
		at := keys("groups", i, "criteria", j)
		if ids[x.ID] || x.ID == "" {
			return c.wrong(append(at, "id"), "the criterion %q of %s is there twice, or has no id", x.ID, g.ID)
		}
		ids[x.ID] = true
		scored = scored || !x.Unscored
		if key, problem := c.criterion(x); problem != "" {
			return c.wrong(append(at, key), "the criterion %s: %s", x.ID, problem)
		}
	}
	if g.Weight > 0 && !scored {
		return c.wrong(keys("groups", i), "the group %s has a weight and no criterion that is scored", g.ID)
	}
	return nil
}

func (c *checker) weights() error {
	sum, weighed, last := 0, 0, 0
	for i := range c.f.Groups {
		if w := c.f.Groups[i].Weight; w != 0 {
			sum, weighed, last = sum+w, weighed+1, i
		}
	}
	switch {
	case weighed > 0 && weighed < len(c.f.Groups):
		return c.wrong(keys("groups", last, "weight"), "%d of %d groups have a weight: all have one, or none", weighed, len(c.f.Groups))
	case weighed > 0 && sum != 100:
		return c.wrong(keys("groups", last, "weight"), "the weights come to %d: they come to 100", sum)
	}
	return nil
}

// criterion says at which key a criterion is wrong, and how.
func (c *checker) criterion(x *Criterion) (key, problem string) {
	if !x.Title.whole() {
		return "title", "its title has a text in each of en, de and fr"
	}
	if _, ok := c.known.KB.Requirement(x.Requirement); !ok {
		return "requirement", fmt.Sprintf("the knowledge base has no requirement %q", x.Requirement)
	}
	for i, r := range x.Rules {
		if !slices.Contains(c.known.Rules, r) {
			return "rules", fmt.Sprintf("there is no rule %q", r)
		}
		if slices.Contains(x.Rules[:i], r) {
			return "rules", fmt.Sprintf("it names %s twice", r)
		}
	}
	for _, o := range x.Of {
		if !slices.Contains(Coordinates(), o) {
			return "of", fmt.Sprintf("there is no coordinate %q; there are: %v", o, Coordinates())
		}
		if o != Custody && c.f.Territory == "" {
			return "of", fmt.Sprintf("it asks where the %s is, and the framework has no territory", o)
		}
	}
	for _, d := range x.Documents {
		if !slices.Contains(perimeter.Facts(), d) {
			return "documents", fmt.Sprintf("no document shows the fact %q; there are: %s", d, strings.Join(perimeter.Facts(), ", "))
		}
	}
	return c.counting(x)
}

// counting says where the keys of a criterion that say how it counts do not go together.
func (c *checker) counting(x *Criterion) (key, problem string) {
	levels := c.f.Levels
	switch {
	case (x.Cited || x.Own || x.Part || len(x.Of) > 0) && len(x.Rules) == 0:
		return "rules", "cited, own, part and of say how findings of rules count, and it names none"
	case x.Level != 0 && levels == nil:
		return "level", "it asks for a level, and the framework has none"
	case levels != nil && (x.Level < 0 || x.Level > levels.Top()):
		return "level", fmt.Sprintf("its level is %d: levels are 1 to %d", x.Level, levels.Top())
	case x.Unscored && x.Level == 0:
		return "unscored", "it has no part in the score and bounds no level: leave it out"
	}
	return "", ""
}
