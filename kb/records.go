package kb

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// A Source is a document that somebody read. Files list their sources once,
// by a short name, and each fact refers to one.
type Source struct {
	// Address is a URL, or module@version followed by the path inside it.
	Address string `yaml:"address,omitempty" json:"address,omitempty"`
	// Host spells the host of a URL as labels, where it may not stand
	// literally in the repository; Address then holds the path only.
	Host      []string `yaml:"host,omitempty" json:"host,omitempty"`
	Licence   string   `yaml:"licence,omitempty" json:"licence,omitempty"` // SPDX id, or "quotation" for a sentence cited from a page
	Retrieved string   `yaml:"retrieved" json:"retrieved"`                 // YYYY-MM-DD
}

// Fact is what every record says about its own standing. Embedded in all
// records. Without a source and the words read there a fact is claimed,
// whatever else it says.
type Fact struct {
	Source     string           `yaml:"source,omitempty" json:"source,omitempty"` // a name under sources: of the same file
	Quote      string           `yaml:"quote,omitempty" json:"quote,omitempty"`   // the sentence or value read there
	Confidence graph.Confidence `yaml:"confidence,omitempty" json:"confidence"`
	AsOf       string           `yaml:"as_of,omitempty" json:"as_of,omitempty"`         // YYYY-MM-DD
	ReviewBy   string           `yaml:"review_by,omitempty" json:"review_by,omitempty"` // after this date the fact counts one grade less
	Note       string           `yaml:"note,omitempty" json:"note,omitempty"`
	Cited      *Source          `yaml:"-" json:"cited,omitempty"` // filled from Source when compiled
	// Loosens is the reason a user's overlay gives for replacing a stricter
	// record; shown in every result that rests on it.
	Loosens string `yaml:"loosens,omitempty" json:"loosens,omitempty"`
}

// A Country is one row of kb/countries.yaml, after ISO 3166-1.
type Country struct {
	Fact   `yaml:",inline"`
	Code   graph.Country `yaml:"code" json:"code"`
	Name   string        `yaml:"name" json:"name"`
	PartOf graph.Country `yaml:"part_of,omitempty" json:"part_of,omitempty"` // outermost regions: GP is part of FR for EU law
}

// A Bloc is a named set of countries, as it stands today. A territory that is
// part of a member (Country.PartOf) belongs without being listed.
type Bloc struct {
	Fact    `yaml:",inline"`
	ID      string          `yaml:"id" json:"id"` // EU, EEA, EU_ADEQUATE
	Title   string          `yaml:"title" json:"title"`
	Members []graph.Country `yaml:"members,omitempty" json:"members,omitempty"`
	// Derived is "adequacy" for a bloc that is not listed but follows from the
	// decisions in adequacy.yaml: those in force on the date, without a partial
	// scope. Then Members is empty.
	Derived string `yaml:"derived,omitempty" json:"derived,omitempty"`
}

// Adequacy is a decision under GDPR art. 45.
type Adequacy struct {
	Fact    `yaml:",inline"`
	Country graph.Country `yaml:"country,omitempty" json:"country,omitempty"`
	// Organisation is set instead of Country for an international organisation.
	Organisation string `yaml:"organisation,omitempty" json:"organisation,omitempty"`
	Decision     string `yaml:"decision" json:"decision"`
	Scope        string `yaml:"scope" json:"scope"` // "full", or who is covered
	Partial      bool   `yaml:"partial,omitempty" json:"partial,omitempty"`
	From         string `yaml:"from" json:"from"`
	Until        string `yaml:"until,omitempty" json:"until,omitempty"`
}

// A Law is a foreign access law: an exposure of operators, never a
// requirement for the customer.
type Law struct {
	Fact     `yaml:",inline"`
	ID       graph.LawID   `yaml:"id" json:"id"`
	Title    string        `yaml:"title" json:"title"`
	Citation string        `yaml:"citation" json:"citation"`
	Country  graph.Country `yaml:"country" json:"country"` // entities seated there, and all that they control, are exposed
	Compels  string        `yaml:"compels" json:"compels"`
	From     string        `yaml:"from,omitempty" json:"from,omitempty"`
	Until    string        `yaml:"until,omitempty" json:"until,omitempty"`
}

// A Requirement is one clause of law or of a catalogue.
type Requirement struct {
	Fact       `yaml:",inline"`
	ID         graph.RequirementID `yaml:"id" json:"id"`
	Instrument string              `yaml:"instrument" json:"instrument"` // GDPR, AIA, C3A …: what frameworks: names
	Citation   string              `yaml:"citation" json:"citation"`     // "Regulation (EU) 2016/679, Art. 44"
	Title      string              `yaml:"title" json:"title"`
	Territory  []string            `yaml:"territory" json:"territory"` // blocs or countries
	Status     string              `yaml:"status" json:"status"`       // in-force, deferred, proposed, lapsed
	From       string              `yaml:"from,omitempty" json:"from,omitempty"`
	Until      string              `yaml:"until,omitempty" json:"until,omitempty"`
	// Dates overrides From for systems of a kind, by ai_act value of the
	// perimeter's system ("annex-i": 2028-08-02).
	Dates      map[string]string `yaml:"dates,omitempty" json:"dates,omitempty"`
	Addressee  string            `yaml:"addressee" json:"addressee"` // customer, provider, both
	Obligation string            `yaml:"obligation" json:"obligation"`
	Shows      string            `yaml:"shows,omitempty" json:"shows,omitempty"` // the technical fact that shows it
	By         string            `yaml:"by,omitempty" json:"by,omitempty"`       // "attestation" where no rule can evidence it
}

// An Operator is a legal entity that runs services, or controls one that does.
type Operator struct {
	Fact        `yaml:",inline"`
	ID          graph.EntityID `yaml:"id" json:"id"`
	Name        string         `yaml:"name" json:"name"`
	LegalEntity string         `yaml:"legal_entity,omitempty" json:"legal_entity,omitempty"`
	Seat        graph.Country  `yaml:"seat" json:"seat"`
	LEI         string         `yaml:"lei,omitempty" json:"lei,omitempty"`
	// Control is the chain of controllers, nearest first, each a fact of its
	// own. Independent says, as a cited fact, that nobody controls the entity.
	Control     []Control `yaml:"control,omitempty" json:"control,omitempty"`
	Independent bool      `yaml:"independent,omitempty" json:"independent,omitempty"`
	// Nexus lists countries in which the group has establishments through
	// which orders may reach it, short of control. Shown, not judged.
	Nexus   []graph.Country `yaml:"nexus,omitempty" json:"nexus,omitempty"`
	Support *Support        `yaml:"support,omitempty" json:"support,omitempty"`
	// Holders are who owns it in the end, through whatever chain, with their
	// shares; who is not listed is not known. Veto is whether somebody outside of
	// the EU can block its decisions; absent: nobody says.
	Holders []Holder `yaml:"holders,omitempty" json:"holders,omitempty"`
	Veto    *Veto    `yaml:"veto,omitempty" json:"veto,omitempty"`
	// Certificates are those that it holds, each for a scope.
	Certificates []Certificate `yaml:"certificates,omitempty" json:"certificates,omitempty"`
}

// Control is one controller of an operator.
type Control struct {
	Fact    `yaml:",inline"`
	Entity  graph.EntityID `yaml:"entity" json:"entity"`
	Name    string         `yaml:"name" json:"name"`
	Country graph.Country  `yaml:"country" json:"country"`
	Share   float64        `yaml:"share,omitempty" json:"share,omitempty"`
}

// Support is from where an operator administers its services.
type Support struct {
	Fact      `yaml:",inline"`
	Countries []graph.Country `yaml:"countries" json:"countries"`
}

// A Provider is one folder under kb/providers.
type Provider struct {
	Fact `yaml:",inline"`
	ID   graph.ProviderID `yaml:"id" json:"id"`
	Name string           `yaml:"name" json:"name"`
	// Operator is empty for a cloud that many run, such as OpenStack, and for a plugin whose
	// assets are inside of what its configuration names, such as a cluster: who runs it
	// follows from there, and Note says so.
	Operator graph.EntityID `yaml:"operator,omitempty" json:"operator,omitempty"`
	// Partitions are the separately run instances of the cloud; the operator
	// may differ. Regions name theirs.
	Partitions map[string]Partition `yaml:"partitions,omitempty" json:"partitions,omitempty"`
	Codes      Codes                `yaml:"codes,omitempty" json:"codes,omitempty"`
	// Geographies name sets of countries within which a service may move
	// data: "eu" of a Bedrock profile, the EU data zone of Azure.
	Geographies map[string]Geography `yaml:"geographies,omitempty" json:"geographies,omitempty"`
	// Alternatives are regions to propose, best first, for the remedy text.
	Alternatives []string `yaml:"alternatives,omitempty" json:"alternatives,omitempty"`
}

// A Partition is an instance of a cloud with its own operator.
type Partition struct {
	Operator graph.EntityID `yaml:"operator" json:"operator"`
	Note     string         `yaml:"note,omitempty" json:"note,omitempty"`
}

// Codes says how configuration spells region codes.
type Codes struct {
	Fold  string `yaml:"fold,omitempty" json:"fold,omitempty"`   // "lower" or "upper" before look-up
	Strip string `yaml:"strip,omitempty" json:"strip,omitempty"` // characters to drop ("West Europe" is westeurope)
	// Forms are regular expressions (RE2) with a group named region, tried
	// when the code itself is not a record: zones, availability domains, ARNs.
	Forms []string `yaml:"forms,omitempty" json:"forms,omitempty"`
}

// A Geography is a named set of countries.
type Geography struct {
	Fact      `yaml:",inline"`
	Countries []graph.Country `yaml:"countries,omitempty" json:"countries,omitempty"`
	Blocs     []string        `yaml:"blocs,omitempty" json:"blocs,omitempty"`
	Regions   []string        `yaml:"regions,omitempty" json:"regions,omitempty"` // whose countries it is made of
	// Perhaps are regions that belong to it depending on what is chosen.
	Perhaps []string `yaml:"perhaps,omitempty" json:"perhaps,omitempty"`
}

// A Region is one place of a provider. The key is (provider, partition,
// code): eu-west-2 is London at AWS and Paris at Outscale.
type Region struct {
	Fact      `yaml:",inline"`
	Provider  graph.ProviderID `yaml:"-" json:"provider"`
	Partition string           `yaml:"partition,omitempty" json:"partition,omitempty"`
	Code      string           `yaml:"code" json:"code"`
	Kind      string           `yaml:"kind" json:"kind"` // region, zone, local-zone, multi, logical
	Parent    string           `yaml:"parent,omitempty" json:"parent,omitempty"`
	Display   string           `yaml:"display,omitempty" json:"display,omitempty"`
	City      string           `yaml:"city,omitempty" json:"city,omitempty"`
	// Countries is empty when unknown: a record may say that nobody knows.
	Countries []graph.Country `yaml:"countries,omitempty" json:"countries,omitempty"`
	// In is for a service that runs in another cloud: the regions there, as
	// PROVIDER/CODE, of which it is one. Countries are then theirs, filled in when read.
	In     []string `yaml:"in,omitempty" json:"in,omitempty"`
	Global bool     `yaml:"global,omitempty" json:"global,omitempty"` // anywhere
	Pair   string   `yaml:"pair,omitempty" json:"pair,omitempty"`     // where geo-redundant copies go
	Zone   string   `yaml:"zone,omitempty" json:"zone,omitempty"`     // the geography (data zone) it belongs to
	Second *Second  `yaml:"second,omitempty" json:"second,omitempty"` // an independent source for the country
}

// An Endpoint is a host that others call, or a pattern of hosts.
type Endpoint struct {
	Fact `yaml:",inline"`
	// Host is matched whole; Suffix on a label boundary; Pattern is an RE2
	// expression with an optional group named region, for hosts of a provider.
	// Labels spell a host that may not stand literally in the repository.
	Host     string           `yaml:"host,omitempty" json:"host,omitempty"`
	Labels   []string         `yaml:"labels,omitempty" json:"labels,omitempty"`
	Suffix   string           `yaml:"suffix,omitempty" json:"suffix,omitempty"`
	Pattern  string           `yaml:"pattern,omitempty" json:"pattern,omitempty"`
	Example  string           `yaml:"example,omitempty" json:"example,omitempty"` // a host that Pattern matches
	Service  string           `yaml:"service,omitempty" json:"service,omitempty"`
	Kind     graph.Kind       `yaml:"kind,omitempty" json:"kind,omitempty"`
	Provider graph.ProviderID `yaml:"provider,omitempty" json:"provider,omitempty"`
	Operator graph.EntityID   `yaml:"operator,omitempty" json:"operator,omitempty"`
	// Asks is for a host that runs models which the caller names: "TYPE ATTRIBUTE", a
	// type of the provider's Terraform dialect that names models in the same way.
	// Where they may compute is what that type says of the name.
	Asks   string          `yaml:"asks,omitempty" json:"asks,omitempty"`
	Places []EndpointPlace `yaml:"places,omitempty" json:"places,omitempty"`
	// Default lists what goes there unless it is told otherwise: ecosystems of
	// packages, and tools ([KB.Defaults]).
	Default []string `yaml:"default,omitempty" json:"default,omitempty"`
}

// An EndpointPlace is where one role of an endpoint is played.
type EndpointPlace struct {
	Fact      `yaml:",inline"`
	Role      graph.Role      `yaml:"role" json:"role"`
	Countries []graph.Country `yaml:"countries,omitempty" json:"countries,omitempty"` // ["*"]: anywhere
	Blocs     []string        `yaml:"blocs,omitempty" json:"blocs,omitempty"`
	Binding   graph.Binding   `yaml:"binding,omitempty" json:"binding,omitempty"`
}

// A Model is a family of weights.
type Model struct {
	Fact      `yaml:",inline"`
	ID        string         `yaml:"id" json:"id"`
	Match     []string       `yaml:"match" json:"match"` // RE2 expressions on the lower-cased model name
	Developer graph.EntityID `yaml:"developer" json:"developer"`
	Name      string         `yaml:"name" json:"name"`
	Country   graph.Country  `yaml:"country" json:"country"`
	Licence   string         `yaml:"licence,omitempty" json:"licence,omitempty"` // of the weights, as the model card names it
	Base      []Base         `yaml:"base,omitempty" json:"base,omitempty"`       // what the weights derive from; all of them count
	Terms     []Term         `yaml:"terms,omitempty" json:"terms,omitempty"`     // of the licence, that end the use somewhere
}

// A Term is a clause of a licence that gives no rights in some countries, or to
// those who are seated there; a fact of its own.
type Term struct {
	Fact      `yaml:",inline"`
	Match     string          `yaml:"match,omitempty" json:"match,omitempty"` // RE2 on the lower-cased model name: of which weights; "" for all
	By        string          `yaml:"by" json:"by"`                           // "place": where it is used; "seat": where who uses it is seated
	Countries []graph.Country `yaml:"countries,omitempty" json:"countries,omitempty"`
	Blocs     []string        `yaml:"blocs,omitempty" json:"blocs,omitempty"`
	Clause    string          `yaml:"clause" json:"clause"` // in which licence: "Llama 3.2 Acceptable Use Policy"
}

// A Base is one family that the weights of another were made from, a fact of
// its own. Exactly one of Family and OneOf is set.
type Base struct {
	Fact   `yaml:",inline"`
	Family string   `yaml:"family,omitempty" json:"family,omitempty"`
	OneOf  []string `yaml:"one_of,omitempty" json:"one_of,omitempty"` // the name of the model tells which
}
