package graph

import "slices"

// Confidence grades how we know a fact, strongest first. A claimed fact is
// shown, but it cannot make a check pass.
type Confidence string

const (
	Authoritative Confidence = "authoritative" // written in the asset itself, or published by whoever decides it
	Documented    Confidence = "documented"    // a cited document says so
	Inferred      Confidence = "inferred"      // follows from cited facts by a stated rule
	Claimed       Confidence = "claimed"       // somebody says so; no source was cited
	NotKnown      Confidence = "unknown"
)

// Firm reports whether a pass may rest on the fact.
func (c Confidence) Firm() bool {
	return c == Authoritative || c == Documented || c == Inferred
}

// rank orders confidences for [Weakest].
var rank = map[Confidence]int{Authoritative: 4, Documented: 3, Inferred: 2, Claimed: 1, NotKnown: 0}

// Weakest returns the lowest of the given confidences: a conclusion is as
// strong as the weakest fact that it rests on. Of none it is unknown.
func Weakest(cs ...Confidence) Confidence {
	if len(cs) == 0 {
		return NotKnown
	}
	w := cs[0]
	for _, c := range cs[1:] {
		if rank[c] < rank[w] {
			w = c
		}
	}
	return w
}

// Role says what happens at a place.
type Role string

const (
	Storage    Role = "storage"
	Processing Role = "processing"
	Backup     Role = "backup"
	Metadata   Role = "metadata"
)

// Binding says how strongly a place is promised.
type Binding string

const (
	Guaranteed Binding = "guaranteed" // the operator commits to it for this configuration
	Preferred  Binding = "preferred"  // the operator may go elsewhere
	Unbound    Binding = "none"       // nothing is promised
)

// A Place is where one role of an asset is played.
type Place struct {
	Role Role `json:"role"`
	// Purpose narrows the role: "" for the asset's own place, else "replica",
	// "backup", "inference", "failover", "edge", "peer", "key", "permits" or "admits".
	Purpose string `json:"purpose,omitempty"`
	// Countries holds every country in which the role may be played, sorted;
	// [Anywhere] for a global service; empty when unknown.
	Countries []Country `json:"countries,omitempty"`
	// Perhaps are countries that may be added, depending on what is not written.
	Perhaps    []Country  `json:"perhaps,omitempty"`
	Provider   ProviderID `json:"provider,omitempty"`
	Partition  string     `json:"partition,omitempty"`
	Region     string     `json:"region,omitempty"` // the provider's code, as the knowledge base spells it
	Binding    Binding    `json:"binding,omitempty"`
	Confidence Confidence `json:"confidence"`
	Because    []string   `json:"-"`                 // the chain of reasons, first cause first
	Unknown    string     `json:"unknown,omitempty"` // why the countries are not known
	Origin     Origin     `json:"-"`                 // the line that decides it
}

// A Controller is an entity that controls an operator.
type Controller struct {
	Entity  EntityID `json:"entity"`
	Name    string   `json:"name,omitempty"`
	Country Country  `json:"country"`
	Share   float64  `json:"share,omitempty"` // 0 where not known
}

// Operator is who runs an asset, who controls that entity, and whose access
// laws reach it.
type Operator struct {
	Entity     EntityID     `json:"entity,omitempty"`
	Name       string       `json:"name,omitempty"`
	Seat       Country      `json:"seat,omitempty"`
	Control    []Controller `json:"control,omitempty"`
	Laws       []LawID      `json:"laws,omitempty"` // foreign access laws that the entity or its controllers are exposed to
	Confidence Confidence   `json:"confidence"`
	Because    []string     `json:"-"`
	Unknown    string       `json:"unknown,omitempty"` // why the entity, or who controls it, is not known
	// AnyPartition says that the entity is not known because the partition of its
	// provider is not: it is one of those who run a partition.
	AnyPartition bool `json:"-"`
	// Presumed says that it is this entity is only claimed: no source that was read
	// ties the host, the address or the package to it.
	Presumed bool `json:"-"`
}

// Attributed is the operator, whom a record of that confidence names.
func (o *Operator) Attributed(c Confidence) {
	o.Confidence = Weakest(o.Confidence, c)
	o.Presumed = o.Presumed || !c.Firm()
}

// Holder says who can use the key that protects the data.
type Holder string

const (
	HolderProvider Holder = "provider" // the operator of the asset can use it
	HolderExternal Holder = "external" // an entity other than the operator holds it outside the operator's reach
	HolderCustomer Holder = "customer" // only the customer has it; the operator stores cipher text
	HolderUnknown  Holder = "unknown"
)

// Grade is the custody ladder of check KEY-002.
//
//	0 provider key   1 customer-managed, software   2 customer-managed, HSM
//	3 imported (BYOK)   4 held outside (HYOK)   5 client side
//
// Grades 0 to 3 leave a usable key with the provider.
type Grade int

// GradeUnknown is the grade of a key about which nothing could be read.
const GradeUnknown Grade = -1

// GradeOf is the grade of a word of [Custody.Protection]. Of a word that is
// not one of the ladder nothing is known.
func GradeOf(protection string) Grade {
	switch protection {
	case "none", "provider":
		return 0
	case "software":
		return 1
	case "hsm":
		return 2
	case "imported":
		return 3
	case "external":
		return 4
	case "client":
		return 5
	}
	return GradeUnknown
}

// Custody is who holds the key of an asset at rest.
type Custody struct {
	Holder     Holder   `json:"holder"`
	Entity     EntityID `json:"entity,omitempty"` // the holder where it is not the customer
	Protection string   `json:"protection"`       // "none", "provider", "software", "hsm", "imported", "external", "client", "unknown"
	Grade      Grade    `json:"grade"`
	Key        Address  `json:"key,omitempty"` // the key asset, when it is in the graph
	// Named reports whether the configuration names a key of the customer's,
	// wherever it is held.
	Named bool `json:"named"`
	// ClearText reports whether the operator of the asset processes its data
	// in clear text.
	ClearText  bool       `json:"cleartext_at_operator"`
	Confidence Confidence `json:"confidence"`
	Because    []string   `json:"-"`
	Unknown    string     `json:"unknown,omitempty"`
	Origin     Origin     `json:"-"`
}

// Maker is whose component or weights an asset runs.
type Maker struct {
	Component  string     `json:"component,omitempty"` // "mistral-large", as the asset names it
	Family     string     `json:"family,omitempty"`    // the knowledge base's record
	Entity     EntityID   `json:"entity,omitempty"`
	Country    Country    `json:"country,omitempty"`
	Lineage    []Ancestor `json:"lineage,omitempty"` // what the weights derive from, nearest first
	Others     []Maker    `json:"others,omitempty"`  // of the further models that the asset names
	Licence    string     `json:"licence,omitempty"` // of the weights, where it is recorded with a source
	Terms      []Term     `json:"terms,omitempty"`   // of its licence, and of those of what the weights derive from
	Confidence Confidence `json:"confidence"`
	Because    []string   `json:"-"`
	Unknown    string     `json:"unknown,omitempty"`
	Origin     Origin     `json:"-"`
}

// An Ancestor is one family of weights from which others were made. A
// fine-tune has the maker of the tuning and the origin of its base.
type Ancestor struct {
	Family     string     `json:"family,omitempty"`
	Entity     EntityID   `json:"entity,omitempty"`
	Country    Country    `json:"country,omitempty"`
	Licence    string     `json:"licence,omitempty"`
	Confidence Confidence `json:"confidence"`
	Unknown    string     `json:"unknown,omitempty"`
}

// A Term is a clause of a licence that gives no rights in some countries.
type Term struct {
	Family     string     `json:"family"` // whose licence it is
	Clause     string     `json:"clause"`
	Names      []string   `json:"names"`     // of countries and blocs, as the clause has them
	Countries  []Country  `json:"countries"` // all of them
	BySeat     bool       `json:"by_seat"`   // it asks where who uses it is seated, not where it is used
	Confidence Confidence `json:"confidence"`
}

// Countries are those of the maker, of all that its weights derive from, and
// of the other models of the asset, each once in this order.
func (m *Maker) Countries() []Country {
	var out []Country
	add := func(c Country) {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	add(m.Country)
	for _, a := range m.Lineage {
		add(a.Country)
	}
	for i := range m.Others {
		for _, c := range m.Others[i].Countries() {
			add(c)
		}
	}
	return out
}

// Support is from where the asset can be administered by its operator.
type Support struct {
	Countries  []Country  `json:"countries,omitempty"`
	Confidence Confidence `json:"confidence"`
	Because    []string   `json:"-"`
	Unknown    string     `json:"unknown,omitempty"`
}

// Coordinates are the five answers for one asset. A nil pointer means that
// the question does not arise for the asset, not that it is unanswered.
type Coordinates struct {
	Places   []Place
	Operator *Operator
	Custody  *Custody
	Maker    *Maker
	Support  *Support
}

// Setting is one fact about an asset that is not a coordinate: whether it is
// public, how long it keeps logs. Its name is a word of the dialects.
type Setting struct {
	Value   any    // bool, float64 or string
	Unknown string // why there is no value
	Origin  Origin
}

// A Resolved asset is an asset with its meaning.
type Resolved struct {
	*Asset
	Kind     Kind
	Provider ProviderID // whose knowledge base folder speaks of it; "" when unknown
	Coordinates
	Settings map[string]Setting
	Tags     map[string]string // tags and labels, lower-case keys
	Targets  []Target          // where the asset sends data, by configuration
	// Components are the packages of software that it holds, without those that only
	// build or test; nil for what holds none.
	Components []Component
	Edge       *Edge // of a flow; nil for anything else
}

// A Component is one package of software that an asset holds.
type Component struct {
	Ecosystem  string
	Name       string
	Capability string    // what rests on it: a word of the knowledge base, "" for nothing critical
	Maker      *Operator // who makes it; with Unknown where nobody knows
}

// An Edge is everything that is known of the flows between two ends.
type Edge struct {
	From, To Address // To is the host, without scheme and port, or the asset; "" when it is not known
	States   []FlowState
	Purposes []string // sorted
	Via      []string // how it is known or made, sorted
	// Within says that To is on the own machine or inside of the own cluster or
	// tree: nothing leaves by this edge.
	Within  bool
	Traffic *Traffic // what was seen, added up; nil when nothing was
	Seal    *Seal    // how the sender encrypts, the weakest of its programs' ways; nil where no program is seen to send
	// Declared is whether the perimeter or a description declares the flow for
	// this sender and for what it sends; Planned whether code or configuration
	// would make it.
	Declared, Planned Relation
}

// Relation says whether one thing is known to be part of another.
type Relation string

const (
	Related    Relation = "yes"
	NotRelated Relation = "no"
	PerhapsSo  Relation = "unsure" // the destination is the same; whether the sender is, is not known
)

// A Target is a destination that an asset's configuration names: a host, or
// another asset.
type Target struct {
	Purpose  string  // a word of the dialects: "logs", "state", "identity", "registry", "peer", "data", "key"
	Name     string  // the host or address
	Asset    Address // set when the destination is in the graph
	Places   []Place
	Operator *Operator
	Unknown  string
	Origin   Origin
}
