package sbom

import (
	"io"
	"iter"
	"slices"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// A Declaration is what somebody declares about a subject: claims about targets, with
// the evidence for and against each, and which clauses they keep or break. Refs name
// each thing within it.
type Declaration struct {
	Serial    uuid.UUID // another where anything is another
	Subject   Subject
	Assessor  Party
	Tool      string // the version of this program
	At        time.Time
	Summary   string
	Affirm    string // what is left to a signatory: that nobody has affirmed it yet
	Facts     []Fact // about the whole
	Standards []Standard
	Parties   []Party // operators
	Targets   []Target
	Evidence  []Evidence
	Claims    iter.Seq[Claim] // which may be many: they are written as they come
	Answers   []Answer
}

// A Fact is a property: a name that begins with "bailiwick:", and a value.
type Fact struct{ Name, Value string }

// A Party is an organisation.
type Party struct {
	Ref, Name, Mail string
	Seat            graph.Country
}

// A Standard is an instrument with the clauses that claims are held against.
type Standard struct {
	Ref, Name string
	Clauses   []Clause
}

// A Clause is one requirement of a standard.
type Clause struct {
	Ref, ID, Title, Text string
	Facts                []Fact
}

// A Target is what claims are about.
type Target struct {
	Ref, Name, Description string
	Provider               *Party // absent where nobody knows
	Facts                  []Fact
}

// An Evidence is one origin of facts.
type Evidence struct {
	Ref, Description string
	At, Href         string // the line as people write it, and its address
	Digest           string // SHA-256 of the file in hexadecimal digits; "" where it could not be read
	Created, Expires time.Time
}

// A Claim is what is claimed about a target. For names the evidence that it is so,
// Against the evidence that it is not; with neither, nobody knows.
type Claim struct {
	Ref, Target, Predicate, Reasoning string
	For, Against, Mitigation          []string
}

// An Answer says how far claims show that a clause is kept. Score is the share of them
// that hold, Confidence the share that could be decided; Because says of how many.
type Answer struct {
	Clause            string
	Claims, Counter   []string
	Mitigation        []string
	Score, Confidence float64
	Because, Decided  string
}

// Declare writes CycloneDX 1.6 with declarations, and definitions of what they are
// held against. It does so by line, as the library's encoder would hold all of it.
func Declare(w io.Writer, d *Declaration) error {
	e := lines.New(w)
	e.Value("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
	e.Value("bomFormat", cdx.BOMFormat)
	e.Value("specVersion", cdx.SpecVersion1_6)
	e.Value("serialNumber", d.Serial.URN())
	e.Value("version", 1)
	e.Value("metadata", &cdx.Metadata{
		Timestamp:  d.At.UTC().Format(time.RFC3339),
		Tools:      &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: "bailiwick", Version: d.Tool}}},
		Component:  &cdx.Component{BOMRef: "root", Type: cdx.ComponentTypeApplication, Name: d.Subject.Name, Version: d.Subject.Version},
		Properties: properties(d.Facts),
	})
	e.Object("definitions", func() {
		e.Some("standards", func() { each(e, slices.Values(d.Standards), standard) })
	})
	e.Object("declarations", func() {
		e.Value("assessors", []cdx.Assessor{{BOMRef: assessor, Organization: d.Assessor.entity()}})
		e.List("attestations", func() {
			e.Object("", func() {
				e.Value("summary", d.Summary)
				e.Value("assessor", assessor)
				e.Some("map", func() { each(e, slices.Values(d.Answers), answer) })
			})
		})
		e.Some("claims", func() { each(e, d.Claims, claim) })
		e.Some("evidence", func() { each(e, slices.Values(d.Evidence), proof) })
		e.Object("targets", func() {
			e.Some("organizations", func() {
				each(e, slices.Values(d.Parties), func(p Party) *cdx.OrganizationalEntity { return p.entity() })
			})
			e.Some("services", func() { each(e, slices.Values(d.Targets), target) })
		})
		e.Value("affirmation", &cdx.Affirmation{Statement: d.Affirm})
	})
	return e.Close()
}

// each writes the elements of a list as the library has them.
func each[T, U any](e *lines.Writer, list iter.Seq[T], as func(T) U) {
	for x := range list {
		e.Value("", as(x))
	}
}

const assessor = "assessor"

func (p *Party) entity() *cdx.OrganizationalEntity {
	if p == nil || p.Name == "" {
		return nil
	}
	out := &cdx.OrganizationalEntity{BOMRef: p.Ref, Name: p.Name, Address: country(p.Seat)}
	if p.Mail != "" {
		out.Contact = &[]cdx.OrganizationalContact{{Email: p.Mail}}
	}
	return out
}

func properties(facts []Fact) *[]cdx.Property {
	var out []cdx.Property
	for _, f := range facts {
		if f.Value != "" {
			out = append(out, cdx.Property{Name: f.Name, Value: f.Value})
		}
	}
	return list(out)
}

// list is a list that is left out where it is empty.
func list[T any](s []T) *[]T {
	if len(s) == 0 {
		return nil
	}
	return &s
}

func refs(s []string) *[]cdx.BOMReference {
	var out []cdx.BOMReference
	for _, r := range s {
		out = append(out, cdx.BOMReference(r))
	}
	return list(out)
}

func standard(s Standard) cdx.StandardDefinition {
	var clauses []cdx.StandardRequirement
	for _, c := range s.Clauses {
		clauses = append(clauses, cdx.StandardRequirement{BOMRef: c.Ref, Identifier: c.ID, Title: c.Title, Text: c.Text, Properties: properties(c.Facts)})
	}
	return cdx.StandardDefinition{BOMRef: s.Ref, Name: s.Name, Requirements: list(clauses)}
}

func target(t Target) cdx.Service {
	s := cdx.Service{BOMRef: t.Ref, Name: t.Name, Description: t.Description, Properties: properties(t.Facts)}
	if p := t.Provider; p != nil {
		// It stands among the organisations under its own ref, which is there once.
		s.Provider = (&Party{Name: p.Name, Seat: p.Seat}).entity()
		s.TrustZone = string(p.Seat)
	}
	return s
}

func proof(e Evidence) cdx.DeclarationEvidence {
	data := []cdx.EvidenceData{{Name: e.At, Contents: &cdx.EvidenceDataContents{URL: e.Href}}}
	if e.Digest != "" {
		data = append(data, cdx.EvidenceData{Name: "sha256", Contents: &cdx.EvidenceDataContents{Attachment: &cdx.AttachedText{ContentType: "text/plain", Content: e.Digest}}})
	}
	x := cdx.DeclarationEvidence{BOMRef: e.Ref, PropertyName: "bailiwick:origin", Description: e.Description, Data: &data, Created: e.Created.UTC().Format(time.RFC3339)}
	if !e.Expires.IsZero() {
		x.Expires = e.Expires.UTC().Format(time.RFC3339)
	}
	return x
}

func claim(c Claim) cdx.Claim {
	return cdx.Claim{
		BOMRef: c.Ref, Target: cdx.BOMReference(c.Target), Predicate: c.Predicate, Reasoning: c.Reasoning,
		Evidence: refs(c.For), CounterEvidence: refs(c.Against), MitigationStrategies: refs(c.Mitigation),
	}
}

func answer(a Answer) cdx.AttestationMap {
	return cdx.AttestationMap{
		Requirement: a.Clause, Claims: refs(a.Claims), CounterClaims: refs(a.Counter),
		Conformance: &cdx.AttestationConformance{Score: &a.Score, Rationale: a.Because, MitigationStrategies: refs(a.Mitigation)},
		Confidence:  &cdx.AttestationConfidence{Score: &a.Confidence, Rationale: a.Decided},
	}
}
