package keys

import (
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Statement is what is known of a key, and from what. What no evidence
// shows stays unknown: a backend never fills in what is likely.
type Statement struct {
	Key     string `json:"key"`     // as the backend names it, with its version
	Backend string `json:"backend"` // scheme of the address

	// Provider runs the service that keeps the key, as the knowledge base spells
	// it; "" where no provider does.
	Provider  graph.ProviderID `json:"provider,omitempty"`
	Region    string           `json:"region,omitempty"`
	Countries []graph.Country  `json:"countries,omitempty"`
	// Holder says who can use the key, as far as the evidence shows it.
	Holder graph.Holder `json:"holder,omitempty"`
	// Entity holds it. Backends do not know that: it comes from a document of the
	// perimeter or an attested place, by whoever verified it.
	Entity   graph.EntityID `json:"entity,omitempty"`
	Material Material       `json:"material,omitempty"`

	Exportable  Answer `json:"exportable"`   // whether the key can leave in the clear, or could before
	MultiRegion Answer `json:"multi_region"` // whether it is, or may be, in other regions too
	Hardware    Answer `json:"hardware"`     // whether a hardware module keeps it

	Evidence []Evidence `json:"evidence,omitempty"`
	Time     time.Time  `json:"time,omitzero"` // when the evidence was made
	Grade    Assurance  `json:"grade"`
}

// An Answer is yes, no or not known. The zero value is not known.
type Answer string

const (
	Unknown Answer = "unknown"
	Yes     Answer = "yes"
	No      Answer = "no"
)

// YesNo is the answer to a question that somebody answered.
func YesNo(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// MarshalText spells what is not known out.
func (a Answer) MarshalText() ([]byte, error) {
	if a != Yes && a != No {
		a = Unknown
	}
	return []byte(a), nil
}

// Material says where a key was made.
type Material string

const (
	Generated Material = "generated" // where it is kept; by the customer's order
	Managed   Material = "managed"   // where it is kept; it is the provider's own key
	Imported  Material = "imported"  // elsewhere, so a copy may be elsewhere
)

// Evidence is what a backend answered, as it answered.
type Evidence struct {
	Name  string `json:"name"`  // what was asked: "DescribeKey", "pkcs11 attributes"
	Media string `json:"media"` // media type of the body
	Body  []byte `json:"body"`
}

// Assurance says who stands behind a statement, weakest first.
type Assurance int

const (
	Declared         Assurance = iota // nobody but who declares it
	OperatorAsserted                  // whoever runs the server or the token that keeps the key
	ProviderAsserted                  // the provider of a service, by its interface
	HSMAttested                       // a module's maker, by a signature that was verified
)

var assurances = []string{"declared", "operator-asserted", "provider-asserted", "hsm-attested"}

func (a Assurance) String() string {
	if a < 0 || int(a) >= len(assurances) {
		return assurances[Declared]
	}
	return assurances[a]
}

// MarshalText writes the word.
func (a Assurance) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the word.
func (a *Assurance) UnmarshalText(text []byte) error {
	i := slices.Index(assurances, string(text))
	if i < 0 {
		return fmt.Errorf("%q is no grade of evidence; there are %v", text, assurances)
	}
	*a = Assurance(i)
	return nil
}
