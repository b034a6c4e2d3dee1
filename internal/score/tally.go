package score

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
)

// A Tally counts criteria, and what they come to.
type Tally struct {
	Criteria   int     `json:"criteria"`
	Evidenced  int     `json:"evidenced"`
	Claimed    int     `json:"claimed"`
	Unknown    int     `json:"unknown"`
	Lacking    int     `json:"lacking"`
	Breached   int     `json:"breached"`
	NotInForce int     `json:"not_in_force"`
	Points     *Points `json:"points,omitempty"` // of frameworks with weights
	Level      *Level  `json:"level,omitempty"`  // of frameworks with levels
}

// Points are shares of a weight, in percent of the whole framework. They come to
// the weight, and only what is evidenced is the score. Documents have them rounded
// to tenths.
type Points struct {
	Evidenced float64 `json:"evidenced"`
	Claimed   float64 `json:"claimed"`
	Unknown   float64 `json:"unknown"` // with what is not in force
	Against   float64 `json:"against"`
}

// MarshalJSON writes tenths.
func (p Points) MarshalJSON() ([]byte, error) {
	type plain Points
	r := p.Rounded()
	return json.Marshal(plain(r))
}

// Rounded is p in tenths that come to the same weight: the score is never rounded
// up, and what rounding leaves goes to what is not known, else to what is worse.
func (p Points) Rounded() Points {
	floor := func(f float64) float64 { return math.Floor(f*10+1e-6) / 10 }
	whole := math.Round(p.Evidenced + p.Claimed + p.Unknown + p.Against)
	r := Points{floor(p.Evidenced), floor(p.Claimed), floor(p.Unknown), floor(p.Against)}
	rest := math.Round((whole-r.Evidenced-r.Claimed-r.Unknown-r.Against)*10) / 10
	into := &r.Evidenced
	for _, part := range []*float64{&r.Unknown, &r.Against, &r.Claimed} {
		if *part > 0 {
			into = part
			break
		}
	}
	*into = math.Round((*into+rest)*10) / 10
	return r
}

// A Level is where something stands on a ladder, by its weakest link.
type Level struct {
	Shown    int `json:"shown"`    // by evidence alone
	Claimed  int `json:"claimed"`  // if claims were facts
	Possible int `json:"possible"` // if everything that is not known were so: what facts speak against ends it

	below int // the highest below which a group asks nothing: it keeps the whole from none of these
}

// add fills the tallies of groups and of the whole.
func (p *FrameworkPart) add() {
	for i := range p.Groups {
		g := &p.Groups[i]
		g.Tally = g.tally(p.Ladder, (*CriterionPart).real)
		if p.Standing != Stands {
			would := g.tally(p.Ladder, (*CriterionPart).Facts)
			g.Would = &would
			g.Tally.Level = nil
		}
	}
	p.Tally = total(p.Groups, func(g *GroupPart) *Tally { return &g.Tally })
	if p.Standing != Stands {
		would := total(p.Groups, func(g *GroupPart) *Tally { return g.Would })
		p.Would = &would
	}
}

func (c *CriterionPart) real() Status { return c.Status }

// tally counts a group, each criterion by its status.
func (g *GroupPart) tally(l *Ladder, of func(*CriterionPart) Status) Tally {
	var t, scored Tally
	for i := range g.Criteria {
		t.count(of(&g.Criteria[i]))
		if !g.Criteria[i].Unscored {
			scored.count(of(&g.Criteria[i]))
		}
	}
	if g.Weight > 0 {
		t.Points = scored.points(g.Weight)
	}
	if l != nil {
		t.Level = g.level(l.Top(), of)
	}
	return t
}

func (t *Tally) count(s Status) {
	t.Criteria++
	*map[Status]*int{Evidenced: &t.Evidenced, Claimed: &t.Claimed, Unknown: &t.Unknown, Lacking: &t.Lacking, Breached: &t.Breached, NotInForce: &t.NotInForce}[s]++
}

// points are the shares of a weight: each criterion has the same.
func (t *Tally) points(weight int) *Points {
	share := func(n int) float64 { return float64(weight*n) / float64(t.Criteria) }
	return &Points{share(t.Evidenced), share(t.Claimed), share(t.Unknown + t.NotInForce), share(t.Lacking + t.Breached)}
}

// level is where a group stands. A level that no criterion of the group asks for is
// reached together with the next that one does: where nothing is shown, none is. It is
// nil where no criterion bounds a level.
func (g *GroupPart) level(top int, of func(*CriterionPart) Status) *Level {
	at := map[int][]Status{}
	for i := range g.Criteria {
		if c := &g.Criteria[i]; c.Level > 0 {
			at[c.Level] = append(at[c.Level], of(c))
		}
	}
	steps := slices.Sorted(maps.Keys(at))
	if len(steps) == 0 {
		return nil
	}
	reach := func(holds func(Status) bool) int {
		level := 0
		for _, n := range steps {
			if slices.ContainsFunc(at[n], func(s Status) bool { return !holds(s) }) {
				break
			}
			level = n
		}
		return level
	}
	l := &Level{
		Shown:    reach(func(s Status) bool { return s == Evidenced }),
		Claimed:  reach(func(s Status) bool { return s == Evidenced || s == Claimed }),
		Possible: top,
		below:    steps[0] - 1,
	}
	for _, n := range steps {
		if slices.ContainsFunc(at[n], Status.against) {
			l.Possible = n - 1
			break
		}
	}
	return l
}

// total adds groups up: counts and points are sums, the level is that of the weakest
// among those that ask for one, and none where no group shows any.
func total(groups []GroupPart, of func(*GroupPart) *Tally) Tally {
	var out Tally
	shown, claimed := 0, 0 // the highest of all groups
	for i := range groups {
		t := of(&groups[i])
		out.Criteria += t.Criteria
		out.Evidenced += t.Evidenced
		out.Claimed += t.Claimed
		out.Unknown += t.Unknown
		out.Lacking += t.Lacking
		out.Breached += t.Breached
		out.NotInForce += t.NotInForce
		if p := t.Points; p != nil {
			if out.Points == nil {
				out.Points = &Points{}
			}
			out.Points.Evidenced += p.Evidenced
			out.Points.Claimed += p.Claimed
			out.Points.Unknown += p.Unknown
			out.Points.Against += p.Against
		}
		if l := t.Level; l != nil {
			if out.Level == nil {
				out.Level = &Level{math.MaxInt, math.MaxInt, math.MaxInt, 0}
			}
			out.Level.Shown = min(out.Level.Shown, max(l.Shown, l.below))
			out.Level.Claimed = min(out.Level.Claimed, max(l.Claimed, l.below))
			out.Level.Possible = min(out.Level.Possible, l.Possible)
			shown, claimed = max(shown, l.Shown), max(claimed, l.Claimed)
		}
	}
	if out.Level != nil {
		out.Level.Shown, out.Level.Claimed = min(out.Level.Shown, shown), min(out.Level.Claimed, claimed)
	}
	return out
}
