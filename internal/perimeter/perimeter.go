// Package perimeter holds the written requirement: what a team has decided
// about jurisdictions, operators, keys and data, in one reviewed file.
//
// The file is strict. An unknown key is an error that names the known ones,
// and what is left out has a strict default, stated at each field and in
// docs/spec/perimeter.md. This package knows no country and no provider:
// names of blocs and operators are checked where the knowledge base is at hand.
package perimeter

import "github.com/bailiwick-dev/bailiwick/internal/graph"

//go:generate go test -run TestSchemaIsCurrent -update

// A Perimeter is one perimeter.yaml.
type Perimeter struct {
	APIVersion string   `yaml:"apiVersion" json:"apiVersion"` // "bailiwick/v1"
	Kind       string   `yaml:"kind" json:"kind"`             // "Perimeter"
	Metadata   Metadata `yaml:"metadata,omitempty" json:"metadata,omitempty"`
	Spec       Spec     `yaml:"spec" json:"spec"`

	File   string `yaml:"-" json:"-"` // as the user would type it
	Digest string `yaml:"-" json:"-"` // "sha256:" and the digest of the bytes

	// lines holds the line of everything that is written, by path
	// ("spec.jurisdictions.allow[0]"), for [Perimeter.OriginOf].
	lines map[string]int
}

// Metadata names the perimeter and who answers for it.
type Metadata struct {
	Name  string `yaml:"name,omitempty" json:"name,omitempty"` // default: the name of the file's folder
	Owner string `yaml:"owner,omitempty" json:"owner,omitempty"`
}

// Spec is what has been decided. Only Jurisdictions is required.
type Spec struct {
	// Frameworks are the instruments whose requirements count. Default: every
	// customer-addressed instrument of the knowledge base that is in force
	// in a jurisdiction of the perimeter.
	Frameworks    []string      `yaml:"frameworks,omitempty" json:"frameworks,omitempty"`
	Jurisdictions Jurisdictions `yaml:"jurisdictions" json:"jurisdictions"`
	// Operators decides who may run what is inside. Default: allow the same
	// names as Jurisdictions.
	Operators Operators `yaml:"operators,omitempty" json:"operators,omitempty"`
	// Data are the data classes, by name. Default: one class, "unclassified",
	// with the perimeter's own limits and unknown: block.
	Data map[graph.ClassID]Class `yaml:"data,omitempty" json:"data,omitempty"`
	// Unbound is the class of an asset that nothing binds: a class name, or
	// "strictest" (default): the limits of all classes together.
	Unbound   string            `yaml:"unbound,omitempty" json:"unbound,omitempty"`
	Bindings  []Binding         `yaml:"bindings,omitempty" json:"bindings,omitempty"`
	Systems   map[string]System `yaml:"systems,omitempty" json:"systems,omitempty"`
	Flows     []Flow            `yaml:"flows,omitempty" json:"flows,omitempty"`
	Transfers []Transfer        `yaml:"transfers,omitempty" json:"transfers,omitempty"`
	Evidence  []Evidence        `yaml:"evidence,omitempty" json:"evidence,omitempty"`
	// Budgets are how much may leave, by name.
	Budgets map[string]Budget `yaml:"budgets,omitempty" json:"budgets,omitempty"`
	Stack   Stack             `yaml:"stack,omitempty" json:"stack,omitempty"`
	Gate    Gate              `yaml:"gate,omitempty" json:"gate,omitempty"`
	Waivers []Waiver          `yaml:"waivers,omitempty" json:"waivers,omitempty"`
	// Answers are what people say to the questions of documents.
	Answers []Answer `yaml:"answers,omitempty" json:"answers,omitempty"`
}

// Jurisdictions are names of countries (ISO 3166-1 alpha-2) and blocs. What
// is denied is outside even when a bloc of Allow contains it.
type Jurisdictions struct {
	Allow []string `yaml:"allow" json:"allow"` // at least one
	Deny  []string `yaml:"deny,omitempty" json:"deny,omitempty"`
}

// Operators are names of countries, blocs and operators. A country or bloc
// allows an operator when its seat and everyone who controls it are there; an
// operator's own name allows it whoever controls it.
type Operators struct {
	Allow    []string    `yaml:"allow,omitempty" json:"allow,omitempty"`
	Deny     []string    `yaml:"deny,omitempty" json:"deny,omitempty"`
	Tolerate []Tolerance `yaml:"tolerate,omitempty" json:"tolerate,omitempty"`
}

// A Tolerance admits one operator that Allow does not, for some data, under
// conditions that the operator cannot undo. Tolerated findings are shown.
type Tolerance struct {
	Operator graph.EntityID  `yaml:"operator" json:"operator"`
	Data     []graph.ClassID `yaml:"data" json:"data"` // at least one
	When     When            `yaml:"when" json:"when"`
	Origin   graph.Origin    `yaml:"-" json:"-"`
}

// When are the conditions of a [Tolerance].
type When struct {
	// KeyHolder names where the key must be held, by someone other than the
	// operator: countries, blocs or "customer". Required.
	KeyHolder Names `yaml:"key_holder" json:"key_holder"`
	// ClearText is "never" (default): the operator sees no clear text; or
	// "in-use": it may while it computes.
	ClearText string `yaml:"cleartext,omitempty" json:"cleartext,omitempty"`
}

// Names is a list that may be written as one string.
type Names []string

// A Class is a class of data with its limits. Limits may be stricter than
// the perimeter's, never looser; absent ones are the perimeter's.
type Class struct {
	GDPR            string   `yaml:"gdpr,omitempty" json:"gdpr,omitempty"`                       // none, personal, special, criminal; default personal
	Confidentiality string   `yaml:"confidentiality,omitempty" json:"confidentiality,omitempty"` // public, internal, confidential, secret; default confidential
	Jurisdictions   []string `yaml:"jurisdictions,omitempty" json:"jurisdictions,omitempty"`
	Operators       []string `yaml:"operators,omitempty" json:"operators,omitempty"`
	// Support limits from where operators may reach in. Absent: not asked.
	Support []string `yaml:"support,omitempty" json:"support,omitempty"`
	// Makers limits where weights and components come from. Absent: not asked,
	// unless Stack.Models decides.
	Makers []string `yaml:"makers,omitempty" json:"makers,omitempty"`
	Keys   *Keys    `yaml:"keys,omitempty" json:"keys,omitempty"` // absent: not asked
	// InUse is "encrypted" when data must be protected while it is computed on
	// (confidential computing). Absent: not asked.
	InUse string `yaml:"in_use,omitempty" json:"in_use,omitempty"`
	// Retention is the longest time that the data may be kept: a number with
	// d, m or y, as [ParseRetention] reads it. Absent: not asked.
	Retention string `yaml:"retention,omitempty" json:"retention,omitempty"`
	// CollectedIn names the countries and blocs in which the data was collected,
	// or whose people it is about: their rules for what leaves are then asked.
	CollectedIn []string `yaml:"collected_in,omitempty" json:"collected_in,omitempty"`
	// Handling says what these rules turn on: bulk, important, localised. Absent:
	// not said; an empty list: none of them.
	Handling []string `yaml:"handling,omitempty" json:"handling,omitempty"`
	// Unknown says what an unknown coordinate that this class asks for does:
	// "block" (default; the verdict is undecided) or "report".
	Unknown string       `yaml:"unknown,omitempty" json:"unknown,omitempty"`
	Origin  graph.Origin `yaml:"-" json:"-"`
}

// Keys are the limits on key custody.
type Keys struct {
	// Holder names who may hold a usable key: countries, blocs, operators, or
	// "customer". Required when Keys is written.
	Holder []string `yaml:"holder" json:"holder"`
	// MinGrade is the lowest grade of the custody ladder, 0 to 5 (KEY-002). Default 0.
	MinGrade int `yaml:"min_grade,omitempty" json:"min_grade,omitempty"`
	// CleartextAtOperator names where an operator may see clear text. Absent:
	// wherever Operators allow.
	CleartextAtOperator []string `yaml:"cleartext_at_operator,omitempty" json:"cleartext_at_operator,omitempty"`
}

// A Binding gives classes and a system to assets whose address matches.
type Binding struct {
	Match  string          `yaml:"match" json:"match"` // address; * matches any text, also dots and brackets
	Data   []graph.ClassID `yaml:"data,omitempty" json:"data,omitempty"`
	System string          `yaml:"system,omitempty" json:"system,omitempty"`
	Origin graph.Origin    `yaml:"-" json:"-"`
}

// A System is one AI system (GDPR art. 30, AI Act art. 3).
type System struct {
	Purpose    string `yaml:"purpose,omitempty" json:"purpose,omitempty"`
	Controller string `yaml:"controller,omitempty" json:"controller,omitempty"`
	// Role is what who keeps the perimeter is for the system: controller or processor
	// (GDPR art. 4(7) and (8)). Absent: not stated, and nothing is taken for it.
	Role     string                `yaml:"role,omitempty" json:"role,omitempty"`
	DPO      string                `yaml:"dpo,omitempty" json:"dpo,omitempty"`
	Basis    []graph.RequirementID `yaml:"basis,omitempty" json:"basis,omitempty"`
	AIAct    string                `yaml:"ai_act,omitempty" json:"ai_act,omitempty"` // prohibited, high-risk, annex-i, transparency, minimal, gpai; default: not stated
	Subjects []string              `yaml:"subjects,omitempty" json:"subjects,omitempty"`
	// Critical says that the system supports a critical or important function
	// (DORA art. 3(22)): who can take over what it stands on is then asked.
	Critical bool         `yaml:"critical,omitempty" json:"critical,omitempty"`
	Origin   graph.Origin `yaml:"-" json:"-"`
}

// A Flow is a declared data flow between systems, assets and hosts.
// Without Data it is declared for every class.
type Flow struct {
	From   string          `yaml:"from" json:"from"`
	To     string          `yaml:"to" json:"to"`
	Data   []graph.ClassID `yaml:"data,omitempty" json:"data,omitempty"`
	Origin graph.Origin    `yaml:"-" json:"-"`
}

// A Transfer is a transfer tool of GDPR chapter V that a person recorded.
type Transfer struct {
	From    string          `yaml:"from" json:"from"`
	To      string          `yaml:"to" json:"to"`
	Tool    string          `yaml:"tool" json:"tool"`                         // adequacy, scc, bcr, code, certification, derogation
	Module  int             `yaml:"module,omitempty" json:"module,omitempty"` // 1 to 4; required for scc, and only for it
	Data    []graph.ClassID `yaml:"data,omitempty" json:"data,omitempty"`
	TIA     string          `yaml:"tia,omitempty" json:"tia,omitempty"`
	Expires string          `yaml:"expires,omitempty" json:"expires,omitempty"` // YYYY-MM-DD, the last day
	Origin  graph.Origin    `yaml:"-" json:"-"`
}

// A Budget is how much traffic may go somewhere within a time. No law sets one:
// it is the team's own.
type Budget struct {
	// From is who sends: a system, or an address pattern. Default: everybody.
	From string `yaml:"from,omitempty" json:"from,omitempty"`
	// Data are the classes of what is sent. Default: every class.
	Data []graph.ClassID `yaml:"data,omitempty" json:"data,omitempty"`
	// To are the countries and blocs to which it goes. Default: all that are
	// outside of the perimeter.
	To    []string `yaml:"to,omitempty" json:"to,omitempty"`
	Limit string   `yaml:"limit" json:"limit"` // bytes that are sent, as [ParseBytes] reads them
	// Per is the time in which they may be sent, as [ParseRetention] reads it.
	Per    string       `yaml:"per" json:"per"`
	Origin graph.Origin `yaml:"-" json:"-"`
}

// Evidence is a fact that no file shows, with the document that shows it. All
// fields but Dated and Covers are required: a statement without document,
// approver and end is a claim.
type Evidence struct {
	About      string `yaml:"about" json:"about"` // an operator or an asset address
	Fact       string `yaml:"fact" json:"fact"`   // what the document shows; words.go has the list
	Value      Names  `yaml:"value" json:"value"`
	Document   string `yaml:"document" json:"document"` // "sha256:" and the digest of the document
	ApprovedBy string `yaml:"approved_by" json:"approved_by"`
	Expires    string `yaml:"expires" json:"expires"`
	// Dated is the day on which it was so: of a test, when it was run. Required
	// for facts that grow old ([Ages]).
	Dated string `yaml:"dated,omitempty" json:"dated,omitempty"` // YYYY-MM-DD
	// Covers is the scope of a certificate, each entry a kind or type of service
	// and a region, as in "scaleway_* fr-par". Required for a certificate, and only there.
	Covers []string     `yaml:"covers,omitempty" json:"covers,omitempty"`
	Origin graph.Origin `yaml:"-" json:"-"`
}

// An Answer is what a person says to a question that a document asks and no
// machine can answer. Documents show it with who said it and when; it makes no
// check pass.
type Answer struct {
	Question string       `yaml:"question" json:"question"` // its id, as the document shows it
	Text     string       `yaml:"text" json:"text"`
	By       string       `yaml:"by" json:"by"`
	On       string       `yaml:"on" json:"on"`                               // YYYY-MM-DD
	Expires  string       `yaml:"expires,omitempty" json:"expires,omitempty"` // YYYY-MM-DD, the last day; then it is asked again. Default: none
	Origin   graph.Origin `yaml:"-" json:"-"`
}

// Stack is the approved AI stack. An absent list is not asked.
type Stack struct {
	Models     []string `yaml:"models,omitempty" json:"models,omitempty"` // developers, model families, or "self-hosted"
	Registries []string `yaml:"registries,omitempty" json:"registries,omitempty"`
	Packages   []string `yaml:"packages,omitempty" json:"packages,omitempty"`
	// Mirrors say which of Registries serves what, for machines that fetch from
	// nowhere else (bailiwick enforce airgap).
	Mirrors Mirrors `yaml:"mirrors,omitempty" json:"mirrors,omitzero"`
}

// Mirrors are addresses to fetch from, by what is fetched. What is left out is
// fetched from nowhere. Their hosts are among the registries that are approved.
type Mirrors struct {
	PyPI  string `yaml:"pypi,omitempty" json:"pypi,omitempty"`   // the simple index
	NPM   string `yaml:"npm,omitempty" json:"npm,omitempty"`     // the registry
	Go    string `yaml:"go,omitempty" json:"go,omitempty"`       // the module proxy
	Maven string `yaml:"maven,omitempty" json:"maven,omitempty"` // the repository
	Cargo string `yaml:"cargo,omitempty" json:"cargo,omitempty"` // the sparse index
	// Deb are repositories as lines of sources.list have them: address, suite and
	// components.
	Deb    Names  `yaml:"deb,omitempty" json:"deb,omitempty"`
	Models string `yaml:"models,omitempty" json:"models,omitempty"` // what speaks as the Hugging Face Hub
	// Images is the registry, with a path where it has one, of images that name
	// none: it stands for Docker Hub.
	Images string `yaml:"images,omitempty" json:"images,omitempty"`
}

// Gate says what breaks a build.
type Gate struct {
	FailOn     string                `yaml:"fail_on,omitempty" json:"fail_on,omitempty"` // lowest severity that is a violation: low (default), medium, high, critical
	Unwaivable []graph.RequirementID `yaml:"unwaivable,omitempty" json:"unwaivable,omitempty"`
}

// A Waiver is a reasoned, approved, expiring exception from one rule. All
// fields are required.
type Waiver struct {
	Rule       graph.RuleID `yaml:"rule" json:"rule"`
	Subject    string       `yaml:"subject" json:"subject"` // address pattern as in Binding.Match
	Reason     string       `yaml:"reason" json:"reason"`
	ApprovedBy string       `yaml:"approved_by" json:"approved_by"`
	Expires    string       `yaml:"expires" json:"expires"` // YYYY-MM-DD, the last day
	Origin     graph.Origin `yaml:"-" json:"origin"`
	// Root is set for a waiver that was left as a remark beside a block
	// ([ParseRemark]): Subject is then the block's address without instance
	// keys, and only assets of that root are meant. See [Waiver.Covers].
	Root string `yaml:"-" json:"root,omitempty"`
}
