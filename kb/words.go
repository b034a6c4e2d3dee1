package kb

import "slices"

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
	"cleartext":        "bool: it also answers without TLS",
	"tls_min":          "text: lowest TLS version that it accepts, as 1.2",
	"network_isolated": "bool: it cannot open connections to the internet",
	"multi_region":     "bool: it can be copied to other regions by others (keys)",
	"rotation":         "bool: the key is replaced regularly",
	"algorithm":        "text: the algorithm and length of the key, as RSA_2048 or AES_256",
	"outsiders":        "bool: its policy lets in principals outside of the own organisation",
	"justified":        "bool: the provider must give a reason to use the key, and its own reasons are refused",
	"attested":         "bool: the key is released only to an attested environment",
	"confidential":     "bool: memory is encrypted and the operator cannot read it while it is in use",
	"private_link":     "bool: it is reached through a private endpoint",
	"open_egress":      "bool: it lets traffic out to any address",
	"access_logged":    "bool: reading and writing of what it holds is recorded",
	"portable":         "bool: another provider, or the own team, can take it over by an open interface",
	"region_guard":     "bool: resources outside of a list of regions are refused",
	"key_guard":        "bool: stores without a key of the customer are refused",
	"ai_opt_out":       "bool: the provider may not use content to improve its AI services",
	"access_approval":  "bool: the provider asks before it reaches in",
	"out_of_band":      "bool: consoles or shells that pass the network by are open",
	"diagnostics":      "bool: the provider may take diagnostic data that holds content",
	"sovereign":        "bool: the provider's controls for sovereignty are on",
	"substitute":       "bool: a document names who can take it over",
	"contract_opt_out": "bool: a document shows that the contract forbids training on content",
	"secrets_keyed":    "bool: Kubernetes secrets are encrypted with a key of the customer",
	"energy_record":    "bool: energy and carbon of its place are recorded",
	"pinned_place":     "bool: it says itself in which regions it may run or lie",
	"pinned_image":     "bool: its images are fixed by digest",
	"egress_closed":    "bool: connections out are refused unless a policy allows them",
	"mesh_closed":      "bool: the mesh lets traffic out to registered hosts only",
	"mtls":             "bool: it takes traffic of the mesh with mutual TLS only",
	"node_encrypted":   "bool: traffic between the nodes is encrypted",
	"model_pull":       "bool: it fetches a model from a public hub when it starts",
	"telemetry_off":    "bool: what its software is known to report by itself is switched off",
	"content_traced":   "bool: prompts and answers are written into traces",
	"sbom":             "bool: a bill of materials is attached to it",
	"provenance":       "bool: a statement on how and by whom it was built is attached to it",
	"identity_lacks":   "text: what nothing says of a model and an inventory needs: nothing, or a list",
	"base_named":       "bool: what the model was made from is named by a name that leads others to it",
	"data_named":       "bool: the data that it was trained on is named",
	"data_lacks":       "text: what nothing says of data to train on: nothing, or a list",
	"loads_code":       "text: what loading the model runs besides arithmetic: none, or a list",
	"signed":           "bool: a signature beside it is for these bytes",
	"model_verified":   "bool: its model is held against a signature before it starts",
	"signer_named":     "bool: what carries no signature of a named identity is refused",
	"cpu":              "text: the maker and model of its processors, as it records them",
	"gpu":              "text: the product of its accelerators, as it records it",
	"gpus":             "bool: it has accelerators",
	"driver":           "text: the version of the driver of its accelerators, as it records it",
	"system":           "text: the kernel and operating system that it runs, as it records them",
	"mirror":           "bool: a document names where copies of it are kept, and how old they are at most",
}

// Risks are the settings of which true is the worse answer.
var Risks = map[string]bool{"public": true, "outsiders": true, "open_egress": true, "out_of_band": true, "diagnostics": true, "multi_region": true, "cleartext": true, "model_pull": true, "content_traced": true}

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
	"permits":   "metadata: where a guard lets resources be",
	"address":   "processing: where the address is that answered, of a service that was called by a name",
	"admits":    "metadata: from where a guard lets people in",
}

// TargetPurposes is the closed list of why configuration names a destination.
var TargetPurposes = map[string]string{
	"logs":      "logs, metrics and traces are sent there",
	"data":      "payload is sent there",
	"state":     "infrastructure state is kept there",
	"identity":  "it decides who may log in",
	"registry":  "images, packages or models are fetched from there",
	"index":     "packages are fetched from there, since nothing names another index",
	"mirror":    "a copy of source code, images or weights is kept there",
	"source":    "source code is fetched from there",
	"runner":    "a machine there runs its commands",
	"dataset":   "data to train or test on is fetched from there",
	"model":     "a model there is asked",
	"tool":      "an agent may call it as a tool",
	"telemetry": "a component reports its use or its errors there",
	"update":    "a component asks there for newer versions, or fetches what nobody named",
	"licence":   "it asks there whether it may run, or which of its functions are on",
	"dns":       "names are resolved there",
	"time":      "the time is taken from there",
	"tunnel":    "it can be reached from there, through a connection that it opens itself",
	"peer":      "the other end of a network link",
	"key":       "an external key manager",
	"secrets":   "secrets are read from there",
	"issuer":    "it issues its certificates",
	"delegate":  "it may administer it from outside of the organisation",
}

// fetches are the purposes for which something comes in and no data goes out.
var fetches = map[string]bool{"registry": true, "source": true, "dataset": true, "update": true, "licence": true}

// OnlyFetches reports whether something comes in for each of the purposes, and no data
// goes out; of none it is not known.
func OnlyFetches(purposes []string) bool {
	return len(purposes) > 0 && !slices.ContainsFunc(purposes, func(p string) bool { return !fetches[p] })
}
