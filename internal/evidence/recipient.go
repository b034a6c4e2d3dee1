package evidence

import (
	"slices"
	"strings"
)

// Record is the source of who a recipient is; its operator has to be known.
func (r *Recipient) Record() Source { return Source{Kind: Record, At: "operator " + r.ID()} }

// Empty reports whether nothing that was read belongs to a system.
func (c *Case) Empty(system string) bool {
	return len(c.Inventory(system))+len(c.Flows(system)) == 0
}

// Unplaced reports whether somebody gets personal data at a place that nobody knows.
func (c *Case) Unplaced(r *Recipient) bool {
	return (r.Open || len(r.Countries) == 0) && !r.Fetched() && slices.ContainsFunc(r.Classes, c.Personal)
}

// States is how it is known that a recipient gets data.
func (b *Builder) States(x *Recipient) string {
	var out []string
	for _, s := range x.States {
		out = append(out, WordOf(b, "state", s))
	}
	return strings.Join(out, ", ")
}
