package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A keyJudge holds a key against a perimeter.
type keyJudge struct {
	book    *limits.Book
	r       *resolve.Resolver
	engine  *policy.Engine
	classes []graph.ClassID
}

// judge opens the perimeter; nil when none is named.
func (d *keysDescribe) judge() (*keyJudge, error) {
	if d.perimeter == "" {
		return nil, nil
	}
	day, err := d.day(d.at)
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Load(d.perimeter)
	if err != nil {
		return nil, err
	}
	base, _, err := new(knowledge).open()
	if err != nil {
		return nil, err
	}
	set, err := new(knowledge).policies()
	if err != nil {
		return nil, err
	}
	if set, err = set.Only([]string{"KEY-002", "KEY-003"}); err != nil {
		return nil, err
	}
	j := &keyJudge{}
	if j.engine, err = policy.New(set, []graph.Kind{graph.Key, graph.ObjectStore}); err != nil {
		return nil, err
	}
	if j.book, err = limits.New(base, p, day); err != nil {
		return nil, err
	}
	j.r = resolve.New(base, p, j.book, day)
	for _, name := range d.classes {
		if !j.book.Has(graph.ClassID(name)) {
			return nil, fmt.Errorf("--data %q: %s has no such class; there are: %s", name, d.perimeter, graph.Listed(j.book.Classes()))
		}
		j.classes = append(j.classes, graph.ClassID(name))
	}
	if j.classes == nil {
		j.classes = j.book.Classes()
	}
	slices.Sort(j.classes)
	j.classes = slices.Compact(j.classes)
	return j, nil
}

// hold lets documents fill what the backend does not know, and judges.
func (j *keyJudge) hold(ctx context.Context, out *described, names []string) error {
	h := held{j: j, out: out}
	h.shown()
	inForce, over := j.r.KeyDocuments(names...)
	for i := range inForce {
		out.Documents = append(out.Documents, documentOf(&inForce[i], h.said(&inForce[i])))
	}
	for i := range over {
		out.Documents = append(out.Documents, documentOf(&over[i], "its time is over"))
	}
	if c := &out.Custody; c.Holder == graph.HolderProvider && c.Unknown == "" && h.holder != nil {
		c.Entity = h.holder.Entity
	}
	out.Place = &h.place
	out.Verdict = finding.VerdictPass
	for _, id := range j.classes {
		c, err := j.ask(ctx, j.book.For([]graph.ClassID{id}), out, h.holder)
		if err != nil {
			return err
		}
		c.Class = id
		out.Classes = append(out.Classes, c)
		if c.Verdict == finding.VerdictViolation || c.blocks {
			out.Verdict = worse(out.Verdict, c.Verdict)
		}
	}
	return nil
}

// A keyClass is how the key stands to one class of data.
type keyClass struct {
	Class   graph.ClassID   `json:"class"`
	Verdict finding.Verdict `json:"verdict"`
	Because []string        `json:"because,omitempty"`

	blocks bool
}

func (k *keyClass) write(w io.Writer) {
	note := ""
	if k.Verdict == finding.VerdictUndecided && !k.blocks {
		note = " (the class has unknown: report)"
	}
	fmt.Fprintf(w, "%-9s %s: %s%s\n", "class", finding.Tame(string(k.Class)), k.Verdict, note)
	for _, b := range k.Because {
		line(w, "", "%s", b)
	}
}

// say adds what a rule decided, and never makes the verdict better.
func (k *keyClass) say(d *policy.Decision, why func(*policy.Decision) string) {
	v := finding.VerdictUndecided
	switch d.Status {
	case finding.Pass:
		return
	case finding.Fail:
		v = finding.VerdictViolation
	}
	text := d.Message
	if strings.Contains(text, "{why}") {
		text = strings.ReplaceAll(text, "{why}", why(d))
	}
	k.Because = append(k.Because, fmt.Sprintf("%s %s", d.Rule.ID, text))
	k.Verdict = worse(k.Verdict, v)
}

// ask holds a key against the limits of a class, by the rules that check asks
// too.
func (j *keyJudge) ask(ctx context.Context, l *limits.Limits, out *described, holder *graph.Operator) (keyClass, error) {
	k := keyClass{Verdict: finding.VerdictPass, blocks: l.Block}
	for _, q := range questions(l, out, holder) {
		ds, why, err := j.engine.Ask(ctx, q)
		if err != nil {
			return k, err
		}
		for i := range ds {
			k.say(&ds[i], why)
		}
	}
	return k, nil
}

// questions are what the rules are asked: about the key itself, where it is
// (KEY-003), and about whatever lies under it, who can use it (KEY-002).
func questions(l *limits.Limits, out *described, holder *graph.Operator) []*policy.Question {
	asset := &graph.Asset{Address: graph.Address(out.Address)}
	place := *out.Place
	place.Purpose = "" // it is the place of the key, and not of the key of something
	key := &graph.Resolved{Asset: asset, Kind: graph.Key, Coordinates: graph.Coordinates{Places: []graph.Place{place}}, Settings: map[string]graph.Setting{}}
	if out.Statement.Provider != "" {
		key.Settings["multi_region"] = multiRegion(out.Statement.MultiRegion)
	}
	c := out.Custody
	if a, _ := l.Holder(&c, holder); a != limits.Outside && c.Unknown == "" && !c.Confidence.Firm() {
		c.Unknown = fmt.Sprintf("custody is only claimed, by who keeps the key: %s", out.Statement.Grade)
	}
	under := &graph.Resolved{Asset: asset, Kind: graph.ObjectStore, Coordinates: graph.Coordinates{Custody: &c}}
	return []*policy.Question{{Resolved: under, Limits: l, KeyHolder: holder}, {Resolved: key, Limits: l}}
}

func multiRegion(a keys.Answer) graph.Setting {
	if a == keys.Yes || a == keys.No {
		return graph.Setting{Value: a == keys.Yes}
	}
	return graph.Setting{Unknown: "the service does not show it"}
}
