package kbs

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// A decision is what an attested session comes to for one resource. No reason
// against it is what releases.
type decision struct {
	verdict *attest.Verdict // of the machine; nil when there is none
	reasons []reason
}

// A reason has a word, which the journal keeps and the guest is told, and a
// sentence for the operator's log.
type reason struct{ word, sentence string }

// Words of reasons, beside those of checks in [attest.Check].
const (
	wordSession   = "session"   // there is none, or it has ended
	wordChallenge = "challenge" // it was answered before, by another nonce, or too late
	wordRule      = "rule"      // no rule names the resource
	wordKind      = "kind"      // evidence of a kind that the rule does not take
	wordEvidence  = "evidence"  // it cannot be read
	wordPerimeter = "perimeter" // the place is not inside
	wordDevices   = "devices"   // fewer than the rule asks for
	wordResource  = "resource"  // there is none
	wordSealed    = "sealed"    // it cannot be opened
)

func (d *decision) refuse(word, format string, args ...any) {
	d.reasons = append(d.reasons, reason{word, fmt.Sprintf(format, args...)})
}

// words are those of the reasons, each once, in order.
func (d *decision) words() []string {
	var out []string
	for _, r := range d.reasons {
		if !slices.Contains(out, r.word) {
			out = append(out, r.word)
		}
	}
	return out
}

// judge judges what a session showed by the rule of a resource, as of now.
func (s *Server) judge(state *State, a *attested, id ID) (d decision) {
	rule := state.Policy.rule(id)
	if rule == nil {
		d.refuse(wordRule, "no rule of the policy names %s", id)
		return d
	}
	if (a.kind == sample) != rule.Sample {
		d.refuse(wordKind, "the rule of %s does not take evidence of kind %s", id, a.kind)
		return d
	}
	options := s.options(state, rule.Evidence)
	gpus := map[string]bool{} // by chip: one that is shown twice is one
	for i := range a.statements {
		st := &a.statements[i]
		v, err := st.verify(options)
		if err != nil {
			d.refuse(wordEvidence, "%s: %v", st.Kind, err)
			return d
		}
		if i == 0 {
			d.verdict = v
			// What the machine's own report binds, its devices' evidence among it,
			// is worth what that report is worth.
			options.GuestVerified = v.Verdict == finding.VerdictPass
		} else {
			gpus[v.Claims.Chip.ID] = true
			d.together(v)
		}
		d.hold(state, rule, v)
	}
	if len(gpus) < rule.GPUs {
		d.refuse(wordDevices, "the rule asks for %d GPUs, evidence came of %d", rule.GPUs, len(gpus))
	}
	return d
}

// together refuses a device that stands elsewhere than its machine: it is none
// of the machine's, and somebody passed its evidence on.
func (d *decision) together(v *attest.Verdict) {
	if here, there := d.verdict.Place, v.Place; there.Grade != attest.Unknown && here.Grade != attest.Unknown && here.Site != there.Site {
		d.refuse(wordDevices, "the %s %s stands at %s, and the machine at %s", v.Kind, v.Claims.Chip.ID, there.Site, here.Site)
	}
}

// hold takes one verdict in, and holds its place against the perimeter.
func (d *decision) hold(state *State, rule *Rule, v *attest.Verdict) {
	for _, c := range v.Checks {
		if c.Status != finding.VerdictPass {
			d.refuse(string(c.Name), "%s: %s", v.Kind, c.Message)
		}
	}
	if v.Verdict != finding.VerdictPass && len(d.reasons) == 0 {
		d.refuse(wordEvidence, "%s: the verdict is %s", v.Kind, v.Verdict)
	}
	if rule.Sample || len(rule.Data) == 0 {
		return
	}
	if state.Perimeter == nil {
		d.refuse(wordPerimeter, "the rule names data classes, and no perimeter is loaded")
		return
	}
	if answer, why := state.Perimeter.Hold(rule.Data, v.Place); answer != limits.Inside {
		d.refuse(wordPerimeter, "%s: %s: %s", v.Kind, answer, why)
	}
}

// options are what a verdict of now depends on.
func (s *Server) options(state *State, p attest.Policy) attest.Options {
	return attest.Options{Roots: s.Roots, Now: s.Now(), Collateral: state.Collateral, Policy: p, Places: state.Places}
}

// proves is the policy of /attest: the evidence is genuine, answers the
// challenge and binds the key. Whether it is good enough depends on the
// resource, so what else is open is left so here.
var proves = attest.Policy{Accept: []attest.Exception{
	attest.AcceptSoftware, attest.AcceptLevel, attest.AcceptNoManifest, attest.AcceptUnknownMode, attest.AcceptGuestMode,
}}

// mustProve are the checks of it without which there is no session.
var mustProve = []attest.CheckName{attest.CheckSignature, attest.CheckChain, attest.CheckNonce}

// examine verifies evidence for a session, and gives the verdicts for its token.
func (s *Server) examine(state *State, statements []statement) (verdicts []*attest.Verdict, d decision) {
	options := s.options(state, proves)
	for i := range statements {
		v, err := statements[i].verify(options)
		if err != nil {
			d.refuse(wordEvidence, "%s: %v", statements[i].Kind, err)
			return nil, d
		}
		if i == 0 {
			d.verdict = v
			options.GuestVerified = v.Verdict == finding.VerdictPass
		}
		verdicts = append(verdicts, v)
		proved := map[attest.CheckName]bool{}
		for _, c := range v.Checks {
			switch {
			case c.Status == finding.VerdictPass:
				proved[c.Name] = true
			case slices.Contains(mustProve, c.Name), c.Name == attest.CheckRevocation && c.Status == finding.VerdictViolation:
				d.refuse(string(c.Name), "%s: %s", v.Kind, c.Message)
			}
		}
		if !proved[attest.CheckSignature] || !proved[attest.CheckNonce] {
			d.refuse(wordEvidence, "%s: it was not proved that a device signed it for this challenge", v.Kind)
		}
	}
	return verdicts, d
}
