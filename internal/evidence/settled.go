package evidence

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// views are what was worked out of a case that is settled, most of it by system.
type views struct {
	inventory  map[string][]*finding.Asset
	flows      map[string][]*finding.Edge
	findings   map[string][]*finding.Finding
	recipients map[string][]*Recipient
	asked      map[asking]*Document // without their blocks
	sum        []byte               // of the result
}

// An asking is a document of a settled case, by what makes it another one.
type asking struct{ document, language, system string }

// Settled is the case once its result no longer changes: what documents ask of it
// again is worked out once, for all of them.
func (c *Case) Settled() *Case {
	if c.views != nil {
		return c
	}
	out := *c
	out.views = &views{
		inventory: map[string][]*finding.Asset{}, flows: map[string][]*finding.Edge{}, findings: map[string][]*finding.Finding{},
		recipients: map[string][]*Recipient{}, asked: map[asking]*Document{},
	}
	return &out
}

// view is a list of a system: worked out, or of a settled case what was worked out
// before. It is the caller's own.
func view[T any](c *Case, known func(*views) map[string][]T, system string, work func() []T) []T {
	if c.views == nil {
		return work()
	}
	m := known(c.views)
	list, ok := m[system]
	if !ok {
		list = work()
		m[system] = list
	}
	return slices.Clone(list)
}

// Asks is the document of a case without its text: what it asks of people. A settled
// case remembers those that were made.
func (k *Kind) Asks(c *Case, language string) (*Document, error) {
	if c.views != nil {
		if d := c.views.asked[asking{k.Name, language, c.Only}]; d != nil {
			return d, nil
		}
	}
	return k.Make(c, language)
}

// remember keeps what a document asks.
func (v *views) remember(d *Document, system string) {
	v.asked[asking{d.Name, d.Language, system}] = &Document{Name: d.Name, Language: d.Language, Title: d.Title, Asked: d.Asked, Open: d.Open, ids: d.ids}
}
