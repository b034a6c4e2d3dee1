package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A change is what would mend some findings: for each thing that is wrong one
// edit out of several.
type change struct {
	findings []*finding.Finding
	slots    []slot
	avoid    []string // regions where the asset is already: a copy goes elsewhere
	picked   []option
	none     string // why there is nothing to pick
}

// A slot is one thing that is wrong, with the options that may mend it.
type slot []option

type option struct {
	resolve.Option
	lever *resolve.Lever
}

func ofOwnPlace(f *finding.Finding) bool {
	return f.Flow == nil && slices.ContainsFunc(f.Places, func(p graph.Place) bool { return p.Purpose == "" })
}

func ofFurtherPlace(f *finding.Finding) bool {
	return f.Flow == nil && len(f.Places) > 0 && !ofOwnPlace(f)
}

func ofRest(f *finding.Finding) bool { return !ofOwnPlace(f) && !ofFurtherPlace(f) }

// propose makes the change for a finding, with its best options; else it says
// why there is none.
func (r *run) propose(f *finding.Finding) (*change, string) {
	if why := decision(f); why != "" {
		return nil, why
	}
	c := &change{findings: []*finding.Finding{f}}
	k := resolve.Key{Root: f.Root, Address: f.Subject}
	wrong, why := r.wrong(f, k, c)
	if why != "" {
		return nil, why
	}
	for _, levers := range wrong {
		s, why := r.options(f, levers)
		if len(s) == 0 {
			return nil, why
		}
		c.slots = append(c.slots, s)
	}
	if len(c.slots) == 0 || !c.pick(0) {
		return nil, "no single value of the configuration decides it"
	}
	return c, ""
}

// wrong lists, for each thing that is wrong, what decides it.
func (r *run) wrong(f *finding.Finding, k resolve.Key, c *change) (out [][]resolve.Lever, why string) {
	if f.Flow != nil {
		levers := r.Levers.Target(k, string(f.Flow.To))
		if len(levers) == 0 {
			return nil, "where it sends to is a decision, not an edit"
		}
		return [][]resolve.Lever{levers}, ""
	}
	seen := map[string]bool{}
	for i := range f.Places {
		p := &f.Places[i]
		key := p.Purpose + "\x00" + p.Region + "\x00" + fmt.Sprint(p.Countries)
		if seen[key] {
			continue
		}
		seen[key] = true
		levers := r.Levers.Place(k, p.Purpose, p.Region)
		if len(levers) == 0 {
			return nil, "no value that is written decides it: it follows from what is built"
		}
		if p.Purpose != "" {
			c.avoid = slices.Clone(r.now().regions[k])
		}
		out = append(out, levers)
	}
	for _, about := range f.About {
		if name, ok := strings.CutPrefix(about, "setting:"); ok {
			var extra []string
			if days := r.Limits.For(f.Classes).RetentionDays; days > 0 {
				extra = []string{fmt.Sprint(days)}
			}
			levers := r.Levers.Setting(k, name, extra)
			if len(levers) == 0 {
				return nil, "no single value of the configuration decides it"
			}
			out = append(out, levers)
		}
	}
	return out, ""
}

// options are those of the levers that can help.
func (r *run) options(f *finding.Finding, levers []resolve.Lever) (slot, string) {
	var out slot
	why := ""
	l := r.Limits.For(f.Classes)
	for i := range levers {
		lv := &levers[i]
		if lv.Why != "" && why == "" {
			why = fmt.Sprintf("%s: %s", lv.Path, lv.Why)
			if no := r.files.refused(f.Origin.File); no != "" {
				why = no
			}
		}
		for _, o := range lv.Options {
			if no := r.files.refused(o.Edit.Literal.File); no != "" {
				why = no
				continue
			}
			if o.Region != "" && f.Flow == nil {
				if op := r.now().operator[resolve.Key{Root: f.Root, Address: f.Subject}]; op != "" {
					return nil, fmt.Sprintf("%s is outside the perimeter in each of its regions: moving does not help, and another operator is a decision, not an edit", op)
				}
				if a, _ := l.Place(&graph.Place{Countries: o.Countries, Confidence: graph.Documented}); a != limits.Inside {
					continue
				}
			}
			out = append(out, option{o, lv})
		}
	}
	r.elsewhereFirst(f, out)
	if why == "" {
		why = "the provider has no other place, or no other value, that is inside"
	}
	return out, why
}

// elsewhereFirst prefers regions where nothing of the root is, for what an
// aliased provider configuration decides: it is there to be elsewhere.
func (r *run) elsewhereFirst(f *finding.Finding, s slot) {
	used := r.now().used[f.Root]
	rank := func(o option) int {
		words := strings.Fields(o.lever.Path)
		if len(words) == 3 && words[0] == "provider" && strings.Contains(words[1], ".") && used[o.Region] {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(s, func(a, b option) int { return rank(a) - rank(b) })
}

// A view indexes one result for what is asked of it again and again.
type view struct {
	of       *finding.Result
	operator map[resolve.Key]string     // who runs what may not be run by them
	regions  map[resolve.Key][]string   // where an asset and its copies are
	used     map[string]map[string]bool // the regions in which something of a root is
}

// now is the view of the result with what was accepted so far.
func (r *run) now() *view {
	if r.seen != nil && r.seen.of == r.result {
		return r.seen
	}
	v := &view{r.result, map[resolve.Key]string{}, map[resolve.Key][]string{}, map[string]map[string]bool{}}
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		if f.Status != finding.Fail || !ofOperator(f) {
			continue
		}
		name := "its operator"
		if f.Operator != nil && f.Operator.Name != "" {
			name = f.Operator.Name
		}
		v.operator[resolve.Key{Root: f.Root, Address: f.Subject}] = name
	}
	for i := range r.result.Assets {
		a := &r.result.Assets[i]
		if v.used[a.Root] == nil {
			v.used[a.Root] = map[string]bool{}
		}
		for j := range a.Places {
			if region := a.Places[j].Region; region != "" {
				k := resolve.Key{Root: a.Root, Address: a.Subject}
				v.regions[k] = append(v.regions[k], region)
				v.used[a.Root][region] = true
			}
		}
	}
	r.seen = v
	return v
}

func ofOperator(f *finding.Finding) bool {
	return f.Flow == nil && len(f.Places) == 0 && len(f.About) == 1 && f.About[0] == "operator"
}

// decision says why a finding is for a person to answer; "" when it may be an edit.
func decision(f *finding.Finding) string {
	about := func(what string) bool { return slices.Contains(f.About, what) }
	switch {
	case f.Flow != nil && f.Flow.State == graph.Declared:
		return "the perimeter declares this flow, and the perimeter is not changed"
	case f.Rule == "" || f.Subject == "":
		return "it is about no asset"
	case f.Kind == graph.State && len(f.Places) > 0:
		return "the state exists already: make a store for it inside, name that in the backend, and run init -migrate-state"
	case len(f.Places) > 0 && f.Places[0].Purpose == "key":
		return "the key exists already: make one inside and name it"
	case ofOperator(f):
		return "an operator is a decision, not an edit"
	case about("custody"), about("cleartext"):
		return "who holds the key is a decision, not an edit"
	case about("maker"):
		return "whose model it is is a decision, not an edit"
	case about("support"):
		return "from where it is administered is a contract, not an edit"
	case f.Kind == graph.Key && about("setting:multi_region"):
		return "changing it replaces the key, and with it the access to what it encrypted: make another key inside and encrypt anew"
	case f.Flow == nil && len(f.Places) == 0 && !slices.ContainsFunc(f.About, func(a string) bool { return strings.HasPrefix(a, "setting:") }):
		return "no value of the configuration decides it"
	}
	return ""
}

// reason says why a finding remains.
func (r *run) reason(f *finding.Finding) string {
	if f.Status == finding.Undecided {
		return "it is not established, so there is nothing to mend yet"
	}
	if why := r.why[f.Fingerprint]; why != "" {
		return why
	}
	if why := decision(f); why != "" {
		return why
	}
	return "no edit mends it"
}

// pick chooses the k-th option of each slot, each copy in a region of its own,
// and reports whether there are that many.
func (c *change) pick(k int) bool {
	taken := slices.Clone(c.avoid)
	c.picked = nil
	more := false
	for _, s := range c.slots {
		var can slot
		for _, o := range s {
			if o.Region == "" || len(c.avoid) == 0 || !slices.Contains(taken, o.Region) {
				can = append(can, o)
			}
		}
		if len(can) == 0 {
			return false
		}
		more = more || k < len(can)
		o := can[min(k, len(can)-1)]
		c.picked = append(c.picked, o)
		taken = append(taken, o.Region)
	}
	return more
}

// words says what the change would write.
func (c *change) words() string {
	out := make([]string, len(c.picked))
	for i, o := range c.picked {
		out[i] = fmt.Sprintf("%s = %q", o.lever.Path, o.Edit.Value)
	}
	return strings.Join(out, ", ")
}

// merge joins changes that begin with the same edits: a value that several
// assets share is changed once.
func merge(list []*change) []*change {
	var out []*change
	at := map[string]int{}
	for _, c := range list {
		var key strings.Builder
		for _, o := range c.picked {
			fmt.Fprintf(&key, "%v\x00%s\x00", o.Edit.Literal, o.Edit.Add)
		}
		i, ok := at[key.String()]
		if !ok {
			at[key.String()] = len(out)
			out = append(out, c)
			continue
		}
		out[i].join(c)
	}
	return out
}

// join adds the findings of another change of the same tokens; the options are
// those that help both.
func (c *change) join(o *change) {
	c.findings = append(c.findings, o.findings...)
	c.avoid = append(c.avoid, o.avoid...)
	for i := range c.slots {
		c.slots[i] = slices.DeleteFunc(c.slots[i], func(a option) bool {
			return !slices.ContainsFunc(o.slots[i], func(b option) bool { return a.Edit == b.Edit })
		})
	}
	if !c.pick(0) {
		c.none = "what shares this value may not be in one place"
	}
}
