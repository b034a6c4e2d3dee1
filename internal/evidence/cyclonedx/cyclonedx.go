// Package cyclonedx declares what a case shows, as CycloneDX 1.6 does: a claim for
// every finding, the evidence for or against it, and how far the claims show that each
// clause is kept. It attests for whoever runs it, not for a third party, and leaves it
// to a person to affirm and sign.
package cyclonedx

import (
	"cmp"
	"embed"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
)

//go:embed *.yaml
var messages embed.FS

// Document is the kind of these declarations.
var Document = evidence.Kind{Name: "cyclonedx", Messages: messages, Exports: map[string]evidence.Export{"declarations": write}}

func write(w io.Writer, c *evidence.Case, language string) error {
	b, err := evidence.NewBuilder(c, "cyclonedx", language, messages)
	if err != nil {
		return err
	}
	d := &declaring{Builder: b, digests: evidence.Digests{}, names: c.Names(), targets: map[subject]string{}, taken: map[string]bool{}, proofs: map[string]bool{}}
	if err := d.head(); err != nil {
		return err
	}
	for _, f := range c.Every() {
		if f.Status != finding.NotInForce {
			d.meet(f)
		}
	}
	for _, g := range c.Goals(c.Every()) {
		d.answer(g)
	}
	d.out.Claims = func(yield func(sbom.Claim) bool) {
		for _, f := range c.Every() {
			if f.Status != finding.NotInForce && !yield(d.claim(f)) {
				return
			}
		}
	}
	if err := sbom.Declare(w, &d.out); err != nil {
		return err
	}
	_, err = b.Document()
	return err
}

// A declaring is the declaration in the making.
type declaring struct {
	*evidence.Builder
	out     sbom.Declaration
	digests evidence.Digests
	targets map[subject]string // refs
	taken   map[string]bool    // of those
	proofs  map[string]bool    // refs
	names   map[*finding.Finding]string
}

type subject struct {
	root    string
	address graph.Address
}

// head says who declares about what, and who runs it.
func (d *declaring) head() error {
	r, p := d.Case.Result, d.Case.Perimeter
	sum, err := d.Case.Sum()
	if err != nil {
		return err
	}
	d.out = sbom.Declaration{
		Serial:  uuid.NewSHA1(uuid.NameSpaceURL, append(sum, "cyclonedx "+d.Language()+" "+d.Case.Version...)),
		Subject: sbom.Subject{Name: p.Metadata.Name}, Tool: d.Case.Version, At: d.Case.At, Assessor: sbom.Party{Name: p.Metadata.Owner},
		Summary: d.Say("summary", evidence.Values{"pass": r.Summary.Pass, "fail": r.Summary.Fail, "undecided": r.Summary.Undecided, "waived": r.Summary.Waived, "verdict": evidence.WordOf(d.Builder, "verdict", r.Verdict)}, evidence.In("summary")).Text,
		Affirm:  d.Word("affirm"),
		Facts: []sbom.Fact{
			{Name: "bailiwick:verdict", Value: string(r.Verdict)}, {Name: "bailiwick:perimeter", Value: r.Perimeter.Digest}, {Name: "bailiwick:knowledge", Value: r.KB.Digest}, {Name: "bailiwick:rules", Value: r.Ruleset.Digest},
			origin(p.OriginOf("metadata.owner").At()),
		},
	}
	if name, host, ok := strings.Cut(p.Metadata.Owner, "@"); ok && name != "" && host != "" {
		d.out.Assessor.Mail = p.Metadata.Owner
	}
	for _, o := range d.Case.Operators() {
		d.out.Parties = append(d.out.Parties, sbom.Party{Ref: "operator:" + string(o.Entity), Name: o.Name, Seat: o.Seat})
	}
	return nil
}

func origin(at string) sbom.Fact { return sbom.Fact{Name: "bailiwick:origin", Value: at} }

// target is the ref of what a finding is about.
func (d *declaring) target(f *finding.Finding) string {
	key := subject{f.Root, f.Subject}
	if ref, ok := d.targets[key]; ok {
		return ref
	}
	ref := "target:" + strings.TrimPrefix(f.Root+"/"+string(f.Subject), "./")
	for d.taken[ref] { // a root and an address that together read like those of another
		ref += "~"
	}
	d.targets[key], d.taken[ref] = ref, true
	t := sbom.Target{Ref: ref, Name: string(f.Subject), Facts: []sbom.Fact{origin(f.Origin.At()), {Name: "bailiwick:type", Value: f.Type}, {Name: "bailiwick:kind", Value: string(f.Kind)}}}
	for _, c := range f.Classes {
		t.Facts = append(t.Facts, sbom.Fact{Name: "bailiwick:data-class", Value: string(c)})
	}
	if o := f.Operator; o != nil {
		if t.Facts = append(t.Facts, sbom.Fact{Name: "bailiwick:unknown", Value: o.Unknown}); o.Entity != "" {
			t.Provider = &sbom.Party{Name: cmp.Or(o.Name, string(o.Entity)), Seat: o.Seat}
		}
	}
	d.out.Targets = append(d.out.Targets, t)
	return ref
}

// proofRef is the ref of the evidence that an origin is.
func proofRef(o graph.Origin, key string) string { return key + ":" + o.At() }

// proof adds the evidence that an origin is. key is the message that describes it.
func (d *declaring) proof(o graph.Origin, key string, expires time.Time) {
	ref, at := proofRef(o, key), o.At()
	if d.proofs[ref] {
		return
	}
	d.proofs[ref] = true
	d.out.Evidence = append(d.out.Evidence, sbom.Evidence{
		Ref: ref, At: at, Href: evidence.Href(o), Digest: d.digests.Of(o.File), Created: d.Case.At, Expires: expires,
		Description: d.Say(key, evidence.Values{"at": at}, evidence.At(o)).Text,
	})
}
