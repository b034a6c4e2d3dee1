package kbs

import (
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// Entry is the event as the ledger keeps it. What its formats do not take, such
// as a site whose name is no slug, is left out: the digest of the evidence and
// that of the policy lead to it.
func (e *Event) Entry() entry.Entry {
	f := &entry.KeyRelease{
		Result: string(e.Decision), Why: e.why(), Evidence: sorted(e.Evidence), Key: e.PubKey,
		Policy: e.Policy, Perimeter: e.Perimeter, Collateral: e.Collateral, Count: e.Count,
	}
	if strings.HasPrefix(e.Resource, "sha256:") {
		f.Requested = e.Resource
	} else {
		f.Resource = e.Resource
	}
	switch {
	case e.Kind == "":
	case slices.Contains(attest.Kinds(), e.Kind):
		f.Hardware = []string{string(e.Kind)}
	default:
		f.Hardware = []string{"other"}
	}
	if p := e.Place; p != nil {
		f.Place = string(p.Grade)
		if p.Country != "" {
			f.Countries = []string{p.Country}
		}
		f.Site = p.Site
	}
	out := entry.Entry{At: e.Time.UTC().Truncate(time.Second), Facts: f}
	if _, err := out.Marshal(); err != nil {
		f.Site = ""
	}
	return out
}

// spoken are the words that the ledger has for reasons.
var spoken = strings.Fields("chain challenge collateral debug devices evidence facts kind measurement mode nonce perimeter place resource revocation rule sealed session signature tcb")

func (e *Event) why() []string {
	var out []string
	for _, w := range e.Reasons {
		if !slices.Contains(spoken, w) {
			w = "other"
		}
		out = append(out, w)
	}
	return sorted(out)
}

// sorted is the list in the one spelling that the ledger takes.
func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
