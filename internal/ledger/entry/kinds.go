package entry

import (
	"maps"
	"slices"
)

// A Kind is what an entry records.
type Kind string

// Facts are what an entry says openly: a pointer to one of the structs of
// this file. Each field has a tag `enum`, the words that it may be, or
// `format`, see formats; a test fails on a field that has neither.
type Facts interface{ kind() Kind }

// subjectField is committed to in each entry that seals anything: opening it
// proves whom the pseudonym stands for.
const subjectField = "subject"

// A schema is what a kind may hold.
type schema struct {
	make   func() Facts
	sealed []string // fields that may be committed to, sorted
}

var schemas = map[Kind]schema{
	"decision":      {func() Facts { return &Decision{} }, []string{"actor", "asset", "input", "output", "reason", "subject", "target"}},
	"access":        {func() Facts { return &Access{} }, []string{"actor", "address", "client", "query", "reason", "resource", "subject"}},
	"mutation":      {func() Facts { return &Mutation{} }, []string{"actor", "address", "change", "reason", "resource", "subject"}},
	"inference":     {func() Facts { return &Inference{} }, []string{"actor", "context", "input", "output", "subject", "tools"}},
	"key-release":   {func() Facts { return &KeyRelease{} }, []string{"actor", "address", "claims", "evidence", "reason", "resource", "subject"}},
	"erasure":       {func() Facts { return &Erasure{} }, nil},
	"waiver":        {func() Facts { return &Waiver{} }, []string{"actor", "approver", "asset", "reason", "subject"}},
	"policy-change": {func() Facts { return &PolicyChange{} }, []string{"actor", "approver", "change", "reason", "subject"}},
	"observation":   {func() Facts { return &Observation{} }, []string{"actor", "address", "client", "record", "resource", "subject"}},
}

// Kinds are all kinds, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(schemas)) }

// Sealable are the fields that an entry of the kind may commit to, sorted.
func (k Kind) Sealable() []string { return schemas[k].sealed }

// A Decision is a verdict that Bailiwick gave, and what came of it.
type Decision struct {
	By           string   `json:"by" enum:"admit attest check exec gateway keys registry server"`
	Verdict      string   `json:"verdict" enum:"pass undecided violation"`
	Effect       string   `json:"effect" enum:"allowed blocked recorded"`
	Policy       string   `json:"policy,omitempty" format:"digest"` // of the perimeter
	Knowledge    string   `json:"kb,omitempty" format:"digest"`
	System       string   `json:"system,omitempty" format:"slug"` // as the perimeter names it
	Data         []string `json:"data,omitempty" format:"slug"`   // classes of the perimeter
	From         []string `json:"from,omitempty" format:"country"`
	To           []string `json:"to,omitempty" format:"country"`
	Operator     string   `json:"operator,omitempty" format:"slug"` // as the knowledge base names it
	Region       string   `json:"region,omitempty" format:"region"`
	Model        string   `json:"model,omitempty" format:"model"`
	Rules        []string `json:"rules,omitempty" format:"rule"`
	Requirements []string `json:"requirements,omitempty" format:"requirement"`
	Bytes        int64    `json:"bytes,omitempty" format:"count"`
}

// An Access is somebody who read data, or tried.
type Access struct {
	Action  string   `json:"action" enum:"export list login query read"`
	Result  string   `json:"result" enum:"allowed denied failed"`
	System  string   `json:"system,omitempty" format:"slug"`
	Data    []string `json:"data,omitempty" format:"slug"`
	Purpose string   `json:"purpose,omitempty" format:"requirement"` // the legal basis: GDPR_ART_9_2_H
	From    []string `json:"from,omitempty" format:"country"`        // where the reader was
	Region  string   `json:"region,omitempty" format:"region"`
	Records int64    `json:"records,omitempty" format:"count"`
	Bytes   int64    `json:"bytes,omitempty" format:"count"`
}

// A Mutation is data, or a setting, that was altered.
type Mutation struct {
	Action  string   `json:"action" enum:"create delete permit restore update"`
	Result  string   `json:"result" enum:"allowed denied failed"`
	System  string   `json:"system,omitempty" format:"slug"`
	Data    []string `json:"data,omitempty" format:"slug"`
	From    []string `json:"from,omitempty" format:"country"`
	Region  string   `json:"region,omitempty" format:"region"`
	Records int64    `json:"records,omitempty" format:"count"`
}

// An Inference is a model that was asked.
type Inference struct {
	Model     string   `json:"model" format:"model"`
	Weights   string   `json:"weights,omitempty" format:"digest"`
	Operator  string   `json:"operator,omitempty" format:"slug"`
	Region    string   `json:"region,omitempty" format:"region"`
	Countries []string `json:"countries,omitempty" format:"country"` // where it was computed
	System    string   `json:"system,omitempty" format:"slug"`
	Data      []string `json:"data,omitempty" format:"slug"`
	Policy    string   `json:"policy,omitempty" format:"digest"`
	Result    string   `json:"result" enum:"blocked completed failed"`
	TokensIn  int64    `json:"tokens_in,omitempty" format:"count"`
	TokensOut int64    `json:"tokens_out,omitempty" format:"count"`
	Millis    int64    `json:"ms,omitempty" format:"count"`
}

// A KeyRelease is a key that a workload got, or was refused, by what its
// hardware attested.
type KeyRelease struct {
	// Result is attested when evidence was proved and nothing is released yet.
	Result string `json:"result" enum:"attested refused released"`
	// Why are the words for what it was refused for.
	Why         []string `json:"why,omitempty" enum:"chain challenge collateral debug devices evidence facts key kind measurement mode nonce other perimeter place policy resource revocation rule sealed session signature tcb undecided versions"`
	Resource    string   `json:"resource,omitempty" format:"resource"`
	Requested   string   `json:"requested,omitempty" format:"digest"` // of a resource that only the client named
	Hardware    []string `json:"hardware,omitempty" enum:"nvidia other sgx snp tdx"`
	Evidence    []string `json:"evidence,omitempty" format:"digest"` // of the reports
	Key         string   `json:"key,omitempty" format:"digest"`      // of the workload's public key
	Measurement string   `json:"measurement,omitempty" format:"measurement"`
	Policy      string   `json:"policy,omitempty" format:"digest"`
	Perimeter   string   `json:"perimeter,omitempty" format:"digest"`
	Collateral  string   `json:"collateral,omitempty" format:"digest"`
	Countries   []string `json:"countries,omitempty" format:"country"`
	Site        string   `json:"site,omitempty" format:"slug"`
	Place       string   `json:"place,omitempty" enum:"declared endorsed enrolled unknown"` // how well it is known where the machine stands
	Custody     int64    `json:"custody,omitempty" format:"count"`
	Count       int64    `json:"count,omitempty" format:"count"` // refusals of callers who proved nothing, when the entry stands for several
}

// An Erasure is a subject's key that was destroyed: what was sealed under it
// opens no more. The subject of the entry is the key's id.
type Erasure struct {
	Basis    string `json:"basis" format:"requirement"` // GDPR_ART_17_1_A
	Openings int64  `json:"openings" format:"count"`    // entries whose sealed fields were closed for good
	Bytes    int64  `json:"bytes" format:"count"`       // of the vault that were written over
}

// A Waiver is an exception that somebody granted, used or took back.
type Waiver struct {
	Action       string   `json:"action" enum:"expired granted revoked used"`
	Rule         string   `json:"rule" format:"rule"`
	Requirements []string `json:"requirements,omitempty" format:"requirement"`
	Policy       string   `json:"policy,omitempty" format:"digest"`
	Expires      string   `json:"expires,omitempty" format:"date"`
}

// A PolicyChange is another document that decides from now on.
type PolicyChange struct {
	What         string   `json:"what" enum:"attestation kb keys perimeter retention rules trust"`
	Policy       string   `json:"policy" format:"digest"`
	Previous     string   `json:"previous,omitempty" format:"digest"`
	Direction    string   `json:"direction" enum:"first looser neither stricter unknown"`
	Version      string   `json:"version,omitempty" format:"version"`
	Requirements []string `json:"requirements,omitempty" format:"requirement"`
}

// An Observation is what the log of somebody else says. It is a kind of its
// own because it is hearsay: that it was logged here proves when it was
// known, not that it is true.
type Observation struct {
	Source  string   `json:"source" enum:"aws-cloudtrail azure-activity database gateway gcp-audit kubernetes-audit other otlp s3-access syslog"`
	Event   string   `json:"event" enum:"access decision inference key-use login mutation other policy-change"`
	Action  string   `json:"action,omitempty" enum:"create delete export list login permit query read restore update"`
	Result  string   `json:"result" enum:"allowed denied failed unknown"`
	When    string   `json:"when,omitempty" format:"time"` // as the source says; the entry's own time is ours
	Service string   `json:"service,omitempty" format:"slug"`
	System  string   `json:"system,omitempty" format:"slug"`
	Data    []string `json:"data,omitempty" format:"slug"`
	From    []string `json:"from,omitempty" format:"country"`
	Region  string   `json:"region,omitempty" format:"region"`
	Model   string   `json:"model,omitempty" format:"model"`
	Records int64    `json:"records,omitempty" format:"count"`
}

func (*Decision) kind() Kind     { return "decision" }
func (*Access) kind() Kind       { return "access" }
func (*Mutation) kind() Kind     { return "mutation" }
func (*Inference) kind() Kind    { return "inference" }
func (*KeyRelease) kind() Kind   { return "key-release" }
func (*Erasure) kind() Kind      { return "erasure" }
func (*Waiver) kind() Kind       { return "waiver" }
func (*PolicyChange) kind() Kind { return "policy-change" }
func (*Observation) kind() Kind  { return "observation" }
