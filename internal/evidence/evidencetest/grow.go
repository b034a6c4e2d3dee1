package evidencetest

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Grow makes a case large: its assets and flows, with their findings, are there many
// times over, until there are as many as asked for.
func Grow(c *evidence.Case, assets, flows int) {
	r := c.Result
	as, fs, findings := r.Assets, r.Flows, r.Findings
	address := func(a graph.Address, n int) graph.Address { return graph.Address(fmt.Sprintf("%s-%d", a, n)) }
	for n := 1; len(r.Assets) < assets; n++ {
		for _, a := range as {
			a.Subject = address(a.Subject, n)
			r.Assets = append(r.Assets, a)
		}
		for _, f := range findings {
			if f.Flow == nil {
				f.Subject, f.Fingerprint = address(f.Subject, n), fmt.Sprintf("%016x", len(r.Findings))
				r.Findings = append(r.Findings, f)
			}
		}
	}
	for n := 1; len(r.Flows) < flows; n++ {
		for _, e := range fs {
			e.From = address(e.From, n)
			r.Flows = append(r.Flows, e)
		}
		for _, f := range findings {
			if f.Flow != nil {
				flow := *f.Flow
				flow.From = address(flow.From, n)
				f.Flow, f.Subject, f.Fingerprint = &flow, flow.From+" → "+flow.To, fmt.Sprintf("%016x", len(r.Findings))
				r.Findings = append(r.Findings, f)
			}
		}
	}
}
