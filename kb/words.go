package kb

// Settings is the closed list of settings that a dialect may read, with what
// each says. Rules ask for them by these words; the loader refuses others.
//
// When several specifications set one boolean (a bucket and its attachments),
// true wins over unknown, unknown over false, and anything written over a
// default. Of numbers and texts the first written one counts.
var Settings = map[string]string{
	"public":           "bool: anyone on the internet can reach it, or read it without credentials",
	"public_blocked":   "bool: a switch beside it forbids what public would allow",
	"encrypted":        "bool: data at rest is encrypted",
	"logging":          "bool: its use (access, invocation, audit) is recorded",
	"retention_days":   "number: how long what it holds is kept; 0 is for ever",
	"immutable":        "bool: what it holds cannot be changed or deleted before its time",
	"tls_min":          "text: lowest TLS version that it accepts, as 1.2",
	"network_isolated": "bool: it cannot open connections to the internet",
	"multi_region":     "bool: it can be copied to other regions by others (keys)",
}

// Purposes is the closed list of what a further place is for, with the role
// that it plays when its specification says nothing else.
var Purposes = map[string]string{
	"replica":   "storage: a copy that is kept up to date",
	"backup":    "backup: a copy of an earlier state",
	"failover":  "storage: where the service moves when its place fails",
	"inference": "processing: where a model may compute",
	"edge":      "processing: where traffic enters and TLS may end",
	"peer":      "processing: the other end of a network link",
	"key":       "storage: where the key is",
}

// TargetPurposes is the closed list of why configuration names a destination.
var TargetPurposes = map[string]string{
	"logs":     "logs, metrics and traces are sent there",
	"data":     "payload is sent there",
	"state":    "infrastructure state is kept there",
	"identity": "it decides who may log in",
	"registry": "images, packages or models are fetched from there",
	"peer":     "the other end of a network link",
	"key":      "an external key manager",
}
