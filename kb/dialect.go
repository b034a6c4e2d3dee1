package kb

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// A Dialect is what one provider's types mean in one language:
// kb/providers/<provider>/<language>.yaml. It is data: no Go knows a type.
type Dialect struct {
	// Loosens is the reason a user's overlay gives for what it adds to Inert or
	// changes outside Types.
	Loosens string `yaml:"loosens,omitempty" json:"loosens,omitempty"`
	// Sources are the plugin addresses whose types these are ("hashicorp/aws").
	Sources []string `yaml:"sources" json:"sources"`
	// Place is read for every type that does not say where it is.
	Place []Read `yaml:"place,omitempty" json:"place,omitempty"`
	// Detached is "unknown" when the place of an attachment whose asset is not in
	// the tree cannot be told from the provider configuration.
	Detached string `yaml:"detached,omitempty" json:"detached,omitempty"`
	// Operator tells partitions or entities apart by provider configuration.
	Partition []Read `yaml:"partition,omitempty" json:"partition,omitempty"`
	// Tags are the attributes that hold tags or labels.
	Tags []string `yaml:"tags,omitempty" json:"tags,omitempty"`
	// Local are hosts, matched like When, that are where the asset itself runs and are
	// run by whoever runs it: names within a cluster.
	Local []string `yaml:"local,omitempty" json:"local,omitempty"`
	// ProviderTags are attributes of the provider configuration that give every
	// asset tags.
	ProviderTags []string         `yaml:"provider_tags,omitempty" json:"provider_tags,omitempty"`
	Types        map[string]*Type `yaml:"types" json:"types"`
	// Inert are types, or prefixes ending in *, that hold and move no data.
	Inert []string `yaml:"inert,omitempty" json:"inert,omitempty"`
	// Data translates attributes of data sources into paths of the provider
	// configuration: {aws_region: {name: region}}.
	Data map[string]map[string]string `yaml:"data,omitempty" json:"data,omitempty"`
	// Computed are attributes of data sources that only their own arguments
	// decide, each as an expression of the language in which self is the data
	// source and what is not written is null: {summer_policy: {json: "jsonencode(…)"}}.
	Computed map[string]map[string]string `yaml:"computed,omitempty" json:"computed,omitempty"`
	// Like says that types without an entry are those of another language.
	Like []*Like `yaml:"like,omitempty" json:"like,omitempty"`
}

// A Type is what one resource type means.
type Type struct {
	Kind graph.Kind `yaml:"kind,omitempty" json:"kind,omitempty"`
	// Of makes the type an attachment: its places, keys, settings and targets
	// count for the asset that this attribute refers to. When that asset is
	// not in the graph, the attachment stands for itself, with this Kind.
	// Alternatives are separated by |.
	Of string `yaml:"of,omitempty" json:"of,omitempty"`
	// Governs makes the settings of the asset count for others as well: a switch of
	// the account, an organisation policy, a log of all calls.
	Governs *Governs `yaml:"governs,omitempty" json:"governs,omitempty"`
	// Under names the asset of the organisation that this one belongs to; what
	// governs that one governs this one too. Alternatives are separated by |.
	Under string `yaml:"under,omitempty" json:"under,omitempty"`
	// By is an attribute whose value says what the type means, where one type of the
	// language stands for many of the provider. What each value means is an entry
	// named "TYPE VALUE", or "TYPE VALUE*"; this one holds for all other values.
	By string `yaml:"by,omitempty" json:"by,omitempty"`
	// Env is where the environment of its processes stands: of variables that say
	// whom a client calls ([Variable]), the address is a target.
	Env []EnvSpec `yaml:"env,omitempty" json:"env,omitempty"`
	// Runs is where images stand that it runs: what their software does by itself
	// ([Package]) and nothing switches off, is a target.
	Runs []RunSpec `yaml:"runs,omitempty" json:"runs,omitempty"`
	// Boot are attributes that hold what its machine runs when it starts: a script, or
	// what cloud-init reads.
	Boot []string `yaml:"boot,omitempty" json:"boot,omitempty"`
	// Names are attributes whose literal value others may use to refer to it.
	Names []string `yaml:"names,omitempty" json:"names,omitempty"`
	// Where is the asset's own place; absent, the dialect's Place is read.
	Where []Read `yaml:"where,omitempty" json:"where,omitempty"`
	// Global says that the service has no place of its own: anywhere.
	Global string `yaml:"global,omitempty" json:"global,omitempty"` // the reason, shown
	// Placeless says that the type bears data but takes all places from Places.
	Placeless bool `yaml:"placeless,omitempty" json:"placeless,omitempty"`
	// Roles overrides the kind's roles for the own place.
	Roles []graph.Role `yaml:"roles,omitempty" json:"roles,omitempty"`
	// Places are further ones: replicas, backups, inference.
	Places []PlaceSpec `yaml:"places,omitempty" json:"places,omitempty"`
	// Key says which attribute names the key at rest. Absent for kinds that
	// rest no data; then custody is not asked.
	Key *KeySpec `yaml:"key,omitempty" json:"key,omitempty"`
	// Grade is for types that are keys.
	Grade *GradeSpec `yaml:"grade,omitempty" json:"grade,omitempty"`
	// Model names the component whose maker is asked.
	Model []Read `yaml:"model,omitempty" json:"model,omitempty"`
	// Operator names an entity other than the provider's operator, as when a
	// marketplace or a host runs the service.
	Operator graph.EntityID `yaml:"operator,omitempty" json:"operator,omitempty"`
	// Settings are the facts that rules ask for, by the words of
	// docs/spec/dialect.md.
	Settings map[string]SettingSpec `yaml:"settings,omitempty" json:"settings,omitempty"`
	Targets  []TargetSpec           `yaml:"targets,omitempty" json:"targets,omitempty"`
	Note     string                 `yaml:"note,omitempty" json:"note,omitempty"`
	// Loosens is the reason a user's overlay gives for replacing this type.
	Loosens string `yaml:"loosens,omitempty" json:"loosens,omitempty"`
}

// Governs says for which other assets of the tree the settings count.
type Governs struct {
	// Of is an attribute that names the governed assets; then nothing else is set.
	Of    string       `yaml:"of,omitempty" json:"of,omitempty"`
	Kinds []graph.Kind `yaml:"kinds,omitempty" json:"kinds,omitempty"`
	Types []string     `yaml:"types,omitempty" json:"types,omitempty"` // names, or prefixes ending in *
	// Scope is "configuration" (default): assets of the same provider
	// configuration; or "root": all that the provider makes in the root.
	Scope string `yaml:"scope,omitempty" json:"scope,omitempty"`
	// Same are readings that must come to the same on both sides (the project, the
	// region). When one side is not known, the setting is not known either.
	Same []Read `yaml:"same,omitempty" json:"same,omitempty"`
}

// Read says where to find one value. Exactly one of Attr, Provider, Ref and
// Const is set. Readings are tried in order; the first that is written in the
// configuration decides, even when it is unknown.
type Read struct {
	Attr     string `yaml:"attr,omitempty" json:"attr,omitempty"`         // a path of the asset
	Provider string `yaml:"provider,omitempty" json:"provider,omitempty"` // a path of its provider configuration; {service} is the second word of the type
	Ref      string `yaml:"ref,omitempty" json:"ref,omitempty"`           // a path that names another asset; its own place is taken, or Then is read there
	Then     string `yaml:"then,omitempty" json:"then,omitempty"`         // a path of the asset that Ref names
	Const    string `yaml:"const,omitempty" json:"const,omitempty"`
	// JSON is a path within the value of Attr, which is JSON text or an object: a
	// policy, a template, a request body. See [JSONPath].
	JSON string `yaml:"json,omitempty" json:"json,omitempty"`
	// Unset is what an attribute that is not written stands for, where several
	// switches count together and each has a default of its own.
	Unset string `yaml:"unset,omitempty" json:"unset,omitempty"`
	// Known makes an unknown value count as not written: what follows is true of
	// it all the same (a zone that is not known lies in the provider's region).
	Known bool `yaml:"known,omitempty" json:"known,omitempty"`
	// As says how to understand the value: "region" (default in places: a
	// region or zone code), "country", "arn" (the region field of an ARN),
	// "url" (the host of a URL), "host", "image" (the registry of a container
	// image), "cloud" (provider/code, or a code of any provider), "text".
	As string `yaml:"as,omitempty" json:"as,omitempty"`
	// At is the provider whose region the value is, where that is not the one whose
	// dialect this is: a description of a system says "aws". A value that is no
	// region of it tells the provider alone.
	At graph.ProviderID `yaml:"at,omitempty" json:"at,omitempty"`
	// Map translates values. A key is a literal, or "prefix*", or "/regexp/";
	// "*" is anything else. A value that nothing matches is unknown.
	Map []MapEntry `yaml:"map,omitempty" json:"map,omitempty"`
	// Instead are values that the provider also takes, best first, for bailiwick
	// fix to propose: every entry whose When matches the value that is written
	// (absent: any) proposes To, where $1 is a group of the expression. Without it
	// the literals of Map, and of the scope of a place, are proposed.
	Instead []MapEntry `yaml:"instead,omitempty" json:"instead,omitempty"`
}

// A MapEntry translates one value.
type MapEntry struct {
	When string `yaml:"when" json:"when"`
	To   string `yaml:"to" json:"to"`
}

// A PlaceSpec is a place besides the own one.
type PlaceSpec struct {
	Purpose string `yaml:"purpose" json:"purpose"` // replica, backup, inference, failover, edge, peer
	// Role defaults by purpose: storage for replica and failover, backup for
	// backup, processing for the others.
	Role graph.Role `yaml:"role,omitempty" json:"role,omitempty"`
	From []Read     `yaml:"from" json:"from"`
	// Scope translates the value read, instead of a region code: "same" (the
	// own place), "pair" (the own region's pair), "zone" (the data zone of the
	// own region), "none" (no such place), "anywhere", "value" (the value is an ARN or id that carries a place), "geo:<name>" (a
	// geography of the provider), or a bloc or country.
	Scope []MapEntry `yaml:"scope,omitempty" json:"scope,omitempty"`
	// Default is the scope when nothing is written; "" means no such place.
	Default string        `yaml:"default,omitempty" json:"default,omitempty"`
	When    []When        `yaml:"when,omitempty" json:"when,omitempty"`
	Binding graph.Binding `yaml:"binding,omitempty" json:"binding,omitempty"`
	Why     string        `yaml:"why,omitempty" json:"why,omitempty"` // one sentence for the because chain
}

// When is a condition on the asset; all must hold. Unknown conditions make
// the place unknown, not absent.
type When struct {
	Attr  string   `yaml:"attr" json:"attr"`
	Is    []string `yaml:"is,omitempty" json:"is,omitempty"` // textual values, "true" and "false" for booleans
	Set   *bool    `yaml:"set,omitempty" json:"set,omitempty"`
	Unset []string `yaml:"unset,omitempty" json:"unset,omitempty"` // values that count as when the attribute is absent
}

// KeySpec is how data at rest is keyed.
type KeySpec struct {
	// Refs are attributes that name a key: an asset in the graph, an ARN or id.
	Refs []Read `yaml:"refs,omitempty" json:"refs,omitempty"`
	// Default is the custody when none is written: "provider" (encrypted with
	// the provider's key), "none" (not encrypted unless Encrypted says so) or
	// "unknown" (something outside of the type decides).
	Default string `yaml:"default" json:"default"`
	// ClearText is false for stores in which the operator only ever holds
	// cipher text. Default true: managed services work on clear text.
	CipherOnly bool `yaml:"cipher_only,omitempty" json:"cipher_only,omitempty"`
}

// GradeSpec is how a key type is graded on the ladder of KEY-002.
type GradeSpec struct {
	// From reads something that Map translates to a grade: "software", "hsm",
	// "imported", "external", "client", "provider".
	From    []Read `yaml:"from,omitempty" json:"from,omitempty"`
	Default string `yaml:"default" json:"default"`
	// Holder reads the host of an external key manager.
	Holder []Read `yaml:"holder,omitempty" json:"holder,omitempty"`
}

// A SettingSpec reads one setting.
type SettingSpec struct {
	From []Read `yaml:"from,omitempty" json:"from,omitempty"`
	// Default is the provider's behaviour when nothing is written: a boolean,
	// a number or a string.
	Default any `yaml:"default,omitempty" json:"default,omitempty"`
	// Any makes the setting true when any reading is true (several ways to be
	// public); otherwise the first reading decides.
	Any bool `yaml:"any,omitempty" json:"any,omitempty"`
	// All makes the setting true only when every reading is written and true.
	All bool `yaml:"all,omitempty" json:"all,omitempty"`
	// Present makes the setting true when any of From is written at all.
	Present bool `yaml:"present,omitempty" json:"present,omitempty"`
	// When are conditions under which it says anything.
	When []When `yaml:"when,omitempty" json:"when,omitempty"`
}

// A TargetSpec is a destination that configuration names.
type TargetSpec struct {
	Purpose string `yaml:"purpose" json:"purpose"` // logs, state, identity, registry, peer, data
	To      []Read `yaml:"to" json:"to"`
}

// A RunSpec is where containers stand: objects with an image, and beside it the
// environment as a list of name and value, and what is run as one text.
type RunSpec struct {
	Attr  string `yaml:"attr" json:"attr"`
	Image string `yaml:"image" json:"image"`
	Env   string `yaml:"env,omitempty" json:"env,omitempty"`
	Args  string `yaml:"args,omitempty" json:"args,omitempty"`
}

// EnvSpec is where variables of an environment stand: in a map, or in a list of
// objects or blocks of which one attribute is the name and one the value.
type EnvSpec struct {
	Attr  string `yaml:"attr" json:"attr"`
	JSON  string `yaml:"json,omitempty" json:"json,omitempty"`   // a path within the document at Attr to the list; see [JSONPath]
	Name  string `yaml:"name,omitempty" json:"name,omitempty"`   // absent: a map
	Value string `yaml:"value,omitempty" json:"value,omitempty"` // with Name
}
