package oscal

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

type (
	plan struct {
		UUID         string        `json:"uuid"`
		Metadata     metadata      `json:"metadata"`
		System       systemID      `json:"system-id"`
		Local        planned       `json:"local-definitions"`
		Observations []observation `json:"observations"`
		Risks        []risk        `json:"risks,omitempty"`
		Items        []poamItem    `json:"poam-items"`
		Back         *backMatter   `json:"back-matter"`
	}
	systemID struct {
		Type string `json:"identifier-type"`
		ID   string `json:"id"`
	}
	planned struct {
		Components []component     `json:"components,omitempty"`
		Items      []inventoryItem `json:"inventory-items,omitempty"`
		Assets     *assets         `json:"assessment-assets,omitempty"`
	}
	poamItem struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Props        []property         `json:"props,omitempty"`
		Origins      []origin           `json:"origins,omitempty"`
		Observations []foundObservation `json:"related-observations,omitempty"`
		Risks        []foundRisk        `json:"related-risks,omitempty"`
	}
)

// poam is what is to be done: what fails, what could not be decided, and what a waiver
// covers until it ends. OSCAL knows no plan without an item.
func (w *writer) poam() (any, error) {
	t := w.all()
	o := w.observe(func(f *finding.Finding) bool {
		return f.Status == finding.Fail || f.Status == finding.Undecided || f.Status == finding.Waived
	})
	if len(o.of) == 0 {
		return nil, fmt.Errorf("no check fails, is undecided or is waived: %w, which OSCAL does not allow", evidence.ErrNothing)
	}
	back := w.perimeter()
	out := plan{
		UUID: w.document("poam"), Metadata: w.metadata("poam"), System: systemID{"http://ietf.org/rfc/rfc4122", w.id("system-id")}, Local: planned{Assets: w.assets()},
		Observations: o.observations, Risks: o.risks, Back: &backMatter{[]resource{back}},
	}
	out.Local.Components, out.Local.Items = used(t, o.observations)
	for i, f := range o.of {
		out.Items = append(out.Items, w.item(f, &o.observations[i], o.riskOf[f]))
	}
	return out, nil
}

func (w *writer) item(f *finding.Finding, ob *observation, risk string) poamItem {
	at := evidence.At(f.Origin)
	it := poamItem{
		UUID: w.id("item", ob.UUID), Title: ob.Title, Description: ob.Description, Origins: w.by(), Observations: []foundObservation{{ob.UUID}},
		Props: append(props("origin", at.At, "reason", string(f.Status), "severity", string(f.Severity), "rule", string(f.Rule)), each(named(f), f.Requirements)...),
	}
	if f.Remedy != "" {
		it.Description += " " + plain(f.Remedy)
	}
	if v := f.Waiver; v != nil {
		it.Props = append(it.Props, props("waiver-ends", v.Expires, "approved-by", v.ApprovedBy, "origin", v.Origin.At())...)
	}
	if risk != "" {
		it.Risks = []foundRisk{{risk}}
	}
	return it
}

// used are the things that observations are about, with the components that those
// stand on.
func used(t things, obs []observation) ([]component, []inventoryItem) {
	want := map[string]bool{}
	for i := range obs {
		for _, s := range obs[i].Subjects {
			want[s.UUID] = true
		}
	}
	var items []inventoryItem
	for i := range t.items {
		if want[t.items[i].UUID] {
			items = append(items, t.items[i])
			for _, c := range t.items[i].Components {
				want[c.Component] = true
			}
		}
	}
	var components []component
	for i := range t.components {
		if want[t.components[i].UUID] {
			components = append(components, t.components[i])
		}
	}
	return components, items
}
