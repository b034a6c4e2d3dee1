package perimeter

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Pattern matches addresses. In it * stands for any text, also for dots,
// slashes and brackets; everything else stands for itself, upper and lower
// case alike kept apart.
type Pattern struct {
	parts []string // the texts between the stars, at least one
}

// Compile prepares a pattern for many addresses. Every text is a pattern; the
// empty one matches the empty address only.
func Compile(pattern string) Pattern { return Pattern{strings.Split(pattern, "*")} }

// Match reports whether the pattern matches the whole address. It takes time
// in proportion to the two lengths, whatever the pattern.
func (p Pattern) Match(address string) bool {
	switch len(p.parts) {
	case 0:
		return false // the zero Pattern
	case 1:
		return address == p.parts[0]
	}
	rest, ok := strings.CutPrefix(address, p.parts[0])
	if !ok {
		return false
	}
	last := len(p.parts) - 1
	for _, part := range p.parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, p.parts[last])
}

// Match reports whether pattern matches address. See [Pattern].
func Match(pattern, address string) bool { return Compile(pattern).Match(address) }

// Covers reports whether the waiver is about the asset: for one in the
// perimeter, whether its pattern matches the address; for a remark, whether
// the asset comes from the block beside which it stands.
func (w Waiver) Covers(a *graph.Asset) bool {
	if w.Root == "" {
		return Match(w.Subject, string(a.Address))
	}
	return a.Root == w.Root && (a.Group == w.Root+":"+w.Subject || string(a.Address) == w.Subject)
}
