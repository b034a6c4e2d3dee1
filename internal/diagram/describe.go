package diagram

import "strings"

// How much a description tells, for who has it read aloud: names of a lane, ways out
// of the perimeter, and letters altogether.
const (
	toldNames   = 3
	toldLeaving = 6
	toldLetters = 1500
)

// describe says in words what the picture shows: how much there is, what leaves the
// perimeter, and what stands in which lane.
func describe(m *Map) string {
	ids := named(m)
	things, flows := 0, 0
	for i := range m.Nodes {
		things += max(len(m.Nodes[i].Members), 1)
	}
	for i := range m.Edges {
		flows += max(m.Edges[i].Count, 1)
	}
	out := []string{m.say("about", Values{"by": m.say("by."+m.By, nil), "things": m.say("things", Values{"n": things}), "flows": m.say("flows", Values{"n": flows})})}
	out = append(out, m.leavings(ids)...)
	for i := range m.Lanes {
		if ln := &m.Lanes[i]; len(ids.in[ln.ID]) > 0 {
			out = append(out, m.holds(ln, ids.in[ln.ID]))
		}
	}
	letters := 0
	for i, s := range out {
		if letters += len(s); letters > toldLetters {
			return strings.Join(out[:max(i, 1)], " ") + " …"
		}
	}
	return strings.Join(out, " ")
}

// holds names what stands in a lane.
func (m *Map) holds(ln *Lane, nodes []int) string {
	var names []string
	for i, n := range nodes {
		if i == toldNames {
			names = append(names, m.say("more", Values{"n": len(nodes) - toldNames}))
			break
		}
		names = append(names, m.Nodes[n].Full)
	}
	return m.say("holds", Values{"lane": m.laneName(ln), "standing": m.standingWords(ln), "names": strings.Join(names, ", ")})
}

// laneName is the name of a lane where there is room: an operator with the law that
// reaches it. All countries of a bloc would be too many.
func (m *Map) laneName(ln *Lane) string {
	if m.By == "operator" {
		return or(ln.Full, ln.Name)
	}
	return ln.Name
}

// leavings are the ways out of the perimeter, each once.
func (m *Map) leavings(ids *idTable) []string {
	var out []string
	seen := map[string]bool{}
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to, ok := ids.ends(e)
		if !ok || e.Standing != Outside {
			continue
		}
		ln := &m.Lanes[ids.lane[m.Nodes[to].Lane]]
		s := m.say("leaving", Values{"from": m.Nodes[from].Full, "to": m.Nodes[to].Full, "lane": ln.Name})
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	if n := len(out) - toldLeaving; n > 0 {
		out = append(out[:toldLeaving:toldLeaving], m.say("more", Values{"n": n})+".")
	}
	return out
}
