// Package graph holds the words of Bailiwick: what an asset is, what a flow
// is, where a fact was read, and the five coordinates in which sovereignty is
// measured. Every other package speaks in these words; this one imports the
// standard library only and knows no provider, no file format and no law.
//
// A source produces [Facts]: assets and flows with their [Origin]. Resolving
// turns each asset into a [Resolved] asset: a [Kind], its [Coordinates] and
// its settings. Rules judge resolved assets. Nothing in this package decides.
package graph

import (
	"fmt"
	"strings"
	"time"
)

// Typed identifiers. They are strings on the wire; the types keep a country
// from being passed where a region is meant.
type (
	// Address is what people call an asset: a Terraform address with module
	// path and instance key, kind/namespace/name, or image@digest.
	Address string
	// Country is an ISO 3166-1 alpha-2 code, or [Anywhere].
	Country string
	// EntityID names an operator record of the knowledge base.
	EntityID string
	// ProviderID names a provider folder of the knowledge base.
	ProviderID string
	// LawID and RequirementID name records of kb/laws and kb/requirements.
	LawID         string
	RequirementID string
	// ClassID names a data class of the perimeter.
	ClassID string
	// RuleID names a check of the catalogue, such as LOC-001.
	RuleID string
)

// Listed words identifiers for a person: "DE, FR".
func Listed[T ~string](ids []T) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

// Anywhere is the country of a service that may store or process in any
// country its operator chooses. It is inside no perimeter.
const Anywhere Country = "*"

// Origin says where a fact was read. A fact without an origin is refused by
// [Facts.Check]: nobody could verify it.
type Origin struct {
	File string `json:"file"`           // as the user would type it, slash-separated
	Line int    `json:"line,omitempty"` // 1-based; 0 where the medium has no lines
}

// IsZero reports whether nothing is known about where the fact came from.
func (o Origin) IsZero() bool { return o.File == "" }

// At is the origin as people write it: file:line, or the file alone of what is
// about all of it.
func (o Origin) At() string {
	if o.Line == 0 {
		return o.File
	}
	return fmt.Sprintf("%s:%d", o.File, o.Line)
}

// An Asset is a node as a source read it: a word of some language (Type) with
// attributes. The source does not know what the word means; the provider's
// dialect file does.
type Asset struct {
	Address  Address
	Language string // whose word Type is: "terraform"
	Type     string // "aws_s3_bucket"; "backend.s3" for a state backend; "module" for a module that could not be read
	Root     string // the directory or file that was evaluated as one unit; addresses are unique within it
	Module   string // module path within the root, "" at the top

	// Provider is the provider configuration that applies, as resolved by the
	// source; nil where the type has none.
	Provider *Provider

	// Attrs reads attributes on demand. Never nil.
	Attrs Reader

	// Partial is set when this row stands for a number of instances that
	// cannot be known (count or for_each over something unknown), or for
	// something that could not be read; it says why. A partial asset never
	// passes as complete.
	Partial string

	// Group is the same for all assets that one block expanded to.
	Group string

	Origin Origin
}

// A Provider is one configured instance of a provider plugin.
type Provider struct {
	Source string // "hashicorp/aws": namespace and type, without host when it is the default one
	Alias  string // "" for the default configuration
	Attrs  Reader // of the provider block; empty reader when there is no block
	Origin Origin // of the provider block; zero when implied
}

// A Flow is a directed edge: one thing sends something to another, or fetches
// it from there. To is who is called, whichever way the bytes go.
type Flow struct {
	From Address // an asset, or the file, workload or process that calls
	// To is an asset, a host, host:port, a URL or an IP address. It is empty when
	// that is not known, and Unknown says why.
	To      Address
	Unknown string
	State   FlowState
	// Purpose is why, a word of the knowledge base's list (kb.TargetPurposes):
	// "data" where a source can tell no more.
	Purpose string
	Data    []ClassID // classes of the perimeter that the source itself names
	Model   string    // the model that is asked, as the caller names it
	// Ecosystem is that of the packages which are fetched, where it is known.
	Ecosystem string
	Via       string   // how it is known or made, for a person: "the package openai", "ServiceEntry mistral"
	Root      string   // as of an asset: From is unique within it
	Traffic   *Traffic // what was seen; of observed flows only
	Seal      *Seal    // how a program that sends data encrypts it; nil where no program is seen to send
	Origin    Origin   // the line that shows it best
}

// A Seal is encryption by the sender, before anything leaves.
type Seal struct {
	// Key is who has the key: "" where nothing is seen to encrypt, "customer", "named" where the program names it
	// elsewhere, or an entity whose key service the program uses.
	Key   string `json:"key"`
	Whole bool   `json:"whole"` // all that is sent is encrypted so, for certain
}

// Traffic is what was seen of a flow over a window. Counts are of connections,
// requests or records, as the medium counts.
type Traffic struct {
	Count    int64 `json:"count"`
	Sent     int64 `json:"sent,omitempty"` // bytes from From to To; not known without HasBytes
	Received int64 `json:"received,omitempty"`
	HasBytes bool  `json:"has_bytes,omitempty"`
	Blocked  int64 `json:"blocked,omitempty"` // how many of Count were refused on the way
	// First and Last are zero when the medium has no times.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Incomplete says that records are missing, and how that is known: lost
	// events, sampling, a cut file. Empty when nothing speaks for it.
	Incomplete string `json:"incomplete,omitempty"`
	Name       string `json:"name,omitempty"` // a name that the other end was called by besides To (SNI, Host, DNS answer)
}

// An Aside is traffic that was seen and is no flow to somebody, added up. It is
// shown, so that a person sees what the flows leave out.
type Aside struct {
	What    string // a word below
	Via     string // what showed it, for a person
	Traffic Traffic
	Root    string
	Origin  Origin
}

// What an [Aside] is.
const (
	StaysInside = "inside"  // both ends are in the own network
	ComesIn     = "inbound" // somebody outside calls
)

// FlowState says how we know of a flow.
type FlowState string

const (
	Declared FlowState = "declared" // the review says so
	Planned  FlowState = "planned"  // code or configuration will do it
	Observed FlowState = "observed" // traffic showed it
)

// A Package is a component of software that was found somewhere.
type Package struct {
	Ecosystem string   // a word of package ecosystem: "pypi", "npm", "deb"
	Name      string   // as it is published
	Version   string   // "" when it is not fixed
	PURL      string   // "" when Ecosystem and Name say all
	Licenses  []string // as it declares them
	Supplier  string   // as it declares it
	In        Address  // the image, folder or asset that holds it
	Path      string   // where in In it stands
	Layer     int      // of an image, from 1 at the bottom; 0 elsewhere
	Dev       bool     // needed to build or test only
	Root      string
	Origin    Origin
}

// A Note is a remark that an author left beside an asset for Bailiwick, such
// as an inline waiver. The source passes the text on; others parse it.
type Note struct {
	Subject Address
	Root    string
	Text    string // what follows "bailiwick:"
	Origin  Origin
}

// A Problem is something that could not be read. What could be read is still
// reported, but a result with a problem never passes.
type Problem struct {
	Origin  Origin `json:"origin"`
	Message string `json:"message"` // what is wrong and what a person can do next, one line
}

// Check refuses facts that nobody could verify: an asset, flow or note without
// an origin, an asset without a reader.
func (f *Facts) Check() error {
	for i := range f.Assets {
		if a := &f.Assets[i]; a.Origin.IsZero() || a.Attrs == nil {
			return fmt.Errorf("the source of %s gave no origin or no reader for it", a.Address)
		}
	}
	for i := range f.Flows {
		if f.Flows[i].Origin.IsZero() {
			return fmt.Errorf("the source of the flow from %s to %s gave no origin for it", f.Flows[i].From, f.Flows[i].To)
		}
	}
	for i := range f.Packages {
		if f.Packages[i].Origin.IsZero() {
			return fmt.Errorf("the source of the package %s gave no origin for it", f.Packages[i].Name)
		}
	}
	for i := range f.Asides {
		if f.Asides[i].Origin.IsZero() {
			return fmt.Errorf("the source of traffic that is %s gave no origin for it", f.Asides[i].What)
		}
	}
	for i := range f.Notes {
		if f.Notes[i].Origin.IsZero() {
			return fmt.Errorf("the source of the remark %q gave no origin for it", f.Notes[i].Text)
		}
	}
	return nil
}

// Facts is what one source read.
type Facts struct {
	Assets   []Asset
	Flows    []Flow
	Packages []Package
	Asides   []Aside
	Notes    []Note
	Problems []Problem
	Files    []string // every file that was read, sorted
	Blocks   int      // resource blocks seen, expanded or not
	Absent   int      // resource blocks that expand to no instance (count = 0)
}
