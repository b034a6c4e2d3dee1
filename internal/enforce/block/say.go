package block

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Classes are those that the bounds are for.
func (o *Offer) Classes() []string {
	out := make([]string, len(o.Bounds.Classes))
	for i, c := range o.Bounds.Classes {
		out[i] = string(c)
	}
	return out
}

// Requirements are those of the rules that the block holds, for a tag.
func (o *Offer) Requirements() string { return tag(o.Bounds.Cited(o.Holds...), " ", 256) }

// Label is the same for clouds whose labels are lower-case, short and one word.
func (o *Offer) Label() string { return strings.ToLower(tag(o.Bounds.Cited(o.Holds...), "__", 63)) }

// Days are how long the data may be kept; 0 when nothing is said.
func (o *Offer) Days() int { return o.Bounds.Limits.RetentionDays }

// tag words requirement ids as a tag may be: ids with sep between, of at most most
// characters; the rest stand in comments.
func tag(ids []graph.RequirementID, sep string, most int) string {
	var s strings.Builder
	for _, id := range ids {
		if s.Len()+len(sep)+len(id) > most {
			break
		}
		if s.Len() > 0 {
			s.WriteString(sep)
		}
		s.WriteString(string(id))
	}
	return s.String()
}
