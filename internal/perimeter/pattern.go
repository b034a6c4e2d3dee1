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
	keyed bool     // it names keys of instances, in brackets
}

// Compile prepares a pattern for many addresses. Every text is a pattern; the
// empty one matches the empty address only.
func Compile(pattern string) Pattern {
	return Pattern{strings.Split(pattern, "*"), strings.Contains(pattern, "[")}
}

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

// Meets reports whether the pattern matches the address or, when the pattern
// names keys, may match an instance of it: [*] stands for any key in the address
// of an asset whose instances are not known. It takes time in proportion to the
// product of the two lengths.
func (p Pattern) Meets(address string) bool {
	if !p.keyed || !strings.Contains(address, "[*]") {
		return p.Match(address)
	}
	a := strings.ReplaceAll(strings.ReplaceAll(address, "*", "\x00"), "[\x00]", "[*]")
	pattern := strings.Join(p.parts, "*")
	// at[j] says whether what was read of the pattern can produce a[:j].
	at, next := make([]bool, len(a)+1), make([]bool, len(a)+1)
	at[0] = len(p.parts) > 0
	for j := 0; j < len(a) && a[j] == '*'; j++ {
		at[j+1] = at[j]
	}
	for i := range len(pattern) {
		c := pattern[i]
		for j := range next {
			switch next[j] = c == '*' && at[j]; {
			case j == 0:
			case a[j-1] == '*': // it takes c, or nothing more
				next[j] = next[j] || at[j] || next[j-1]
			case c == '*':
				next[j] = next[j] || next[j-1]
			default:
				next[j] = at[j-1] && a[j-1] == c
			}
		}
		at, next = next, at
	}
	return at[len(a)]
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
