package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The types of what is signed. The first two and the fourth are in-toto's, the third is
// ours (docs/spec/pack.md).
const (
	statementType = "https://in-toto.io/Statement/v1"
	resultType    = "https://in-toto.io/attestation/svr/v0.2"
	EvidenceType  = "https://bailiwick.dev/attestation/evidence/v1"
	verifierID    = "https://bailiwick.dev/verifier/v1"
)

// A Statement says something about files (in-toto Statement v1).
type Statement[P any] struct {
	Type          string   `json:"_type"`
	Subject       []Digest `json:"subject"`
	PredicateType string   `json:"predicateType"`
	Predicate     P        `json:"predicate"`
}

// A Digest is a file by name and content (a ResourceDescriptor of in-toto).
type Digest struct {
	Name   string `json:"name"`
	Digest Set    `json:"digest"`
}

// A Set is the digests of one content; only SHA-256 is used.
type Set struct {
	SHA256 string `json:"sha256"` // 64 hexadecimal digits
}

// SetOf makes a set of "sha256:…", as results write digests.
func SetOf(digest string) Set { return Set{strings.TrimPrefix(digest, "sha256:")} }

// Evidence is what a pack says about itself: our predicate.
type Evidence struct {
	At        string          `json:"at"` // YYYY-MM-DD, the day whose law and waivers count
	Generator Generator       `json:"generator"`
	Language  string          `json:"language"` // of the documents
	Perimeter Digest          `json:"perimeter"`
	KB        Set             `json:"kb"`
	Ruleset   Set             `json:"ruleset"`
	Verdict   finding.Verdict `json:"verdict"`
	Inputs    []Digest        `json:"inputs"`           // every file that was read, sorted by name
	Ledger    []Shard         `json:"ledger,omitempty"` // checkpoints below which entries are proven
}

// A Generator is the program that wrote a pack.
type Generator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A Shard is a log of a ledger, as far as a pack has it.
type Shard struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
	Folder string `json:"folder"` // of the pack
	Proofs int    `json:"proofs"` // in the folder
}

// Verified is which properties the inputs were found to have, and by which policies
// (in-toto SVR v0.2). What failed, was left open or was waived is not in it.
type Verified struct {
	Verifier    Verifier `json:"verifier"`
	TimeCreated string   `json:"timeCreated"`
	Properties  []string `json:"properties"`
}

// A Verifier is who found it, with its policies.
type Verifier struct {
	ID       string   `json:"id"`
	Policies []Digest `json:"policies"`
}

// verified makes the statement about a result: of the rules that passed wherever
// they were asked, and of the perimeter as a whole where the verdict is a pass. A
// result that misses something that could not be read vouches for nothing.
func verified(e Evidence, r *finding.Result) Statement[Verified] {
	v := Verified{
		Verifier: Verifier{verifierID, []Digest{
			{PerimeterFile, e.Perimeter.Digest}, {"knowledge base", e.KB}, {"rules", e.Ruleset},
		}},
		TimeCreated: e.At + "T00:00:00Z",
		Properties:  []string{},
	}
	if r.Verdict == finding.VerdictPass {
		v.Properties = append(v.Properties, "BAILIWICK_PERIMETER")
	}
	for _, c := range r.Rules {
		if c.Pass > 0 && c.Fail+c.Undecided+c.Waived+c.NotInForce == 0 && len(r.Problems) == 0 {
			v.Properties = append(v.Properties, property(c.ID))
		}
	}
	return Statement[Verified]{statementType, e.Inputs, resultType, v}
}

// property is the name of a rule among properties.
func property(id graph.RuleID) string {
	return "BAILIWICK_" + strings.ReplaceAll(string(id), "-", "_")
}

func marshal[P any](s Statement[P]) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return b.Bytes(), err
}

// parseStatement reads a statement of the type.
func parseStatement[P any](b []byte, predicate string) (Statement[P], error) {
	var s Statement[P]
	if err := strictly(b, &s); err != nil {
		return s, err
	}
	if again, err := marshal(s); err != nil || !bytes.Equal(again, b) {
		return s, errSpelling
	}
	if s.Type != statementType || s.PredicateType != predicate {
		return s, fmt.Errorf("it is of the type %.80q about %.80q; want %q about %q", s.Type, s.PredicateType, statementType, predicate)
	}
	return s, nil
}
