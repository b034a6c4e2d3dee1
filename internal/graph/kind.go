package graph

import "slices"

// Kind is what an asset does, in words that are the same at every provider.
// The list is closed: a dialect that needs a new kind adds it here, with the
// roles that its data plays.
type Kind string

// The kinds. Bearing kinds hold or move data; processing ones compute on it;
// control ones only configure; inert ones hold and move no data.
const (
	ObjectStore   Kind = "object-store"
	BlockStore    Kind = "block-store"
	FileStore     Kind = "file-store"
	Database      Kind = "database"
	Warehouse     Kind = "warehouse"
	Cache         Kind = "cache"
	SearchIndex   Kind = "search-index" // full-text and vector
	Queue         Kind = "queue"        // queues, topics, buses
	Stream        Kind = "stream"
	SecretStore   Kind = "secret-store"
	Key           Kind = "key"
	Registry      Kind = "registry" // container images, packages
	ModelRegistry Kind = "model-registry"
	BackupVault   Kind = "backup"
	LogStore      Kind = "log-store"
	Exporter      Kind = "exporter"       // sends logs, metrics or data elsewhere
	ModelEndpoint Kind = "model-endpoint" // inference
	Training      Kind = "training"
	Notebook      Kind = "notebook"
	AIService     Kind = "ai-service" // search, agents, document AI, guardrails
	Compute       Kind = "compute"    // machines and pools of them
	Cluster       Kind = "cluster"
	Function      Kind = "function" // functions and managed containers
	Pipeline      Kind = "pipeline"
	Analytics     Kind = "analytics"
	CDN           Kind = "cdn"
	DNS           Kind = "dns"
	LoadBalancer  Kind = "load-balancer"
	APIGateway    Kind = "api-gateway"
	Messaging     Kind = "messaging"    // mail, SMS, push
	NetworkLink   Kind = "network-link" // peering, transit, VPN
	Network       Kind = "network"      // subnets, addresses, firewalls: they have a place, they bear no data
	Identity      Kind = "identity"     // identity providers and federations
	Guard         Kind = "guard"        // organisation policies
	Upstream      Kind = "upstream"     // where packages, images, models or source code are fetched from: no data of ours goes there
	Step          Kind = "step"         // of a build or pipeline: what it runs on, and what it makes, are judged where they are
	State         Kind = "state"        // where the infrastructure code keeps its state
	Container     Kind = "container"    // resource groups, projects, compartments: others take their place from it
	Account       Kind = "account"      // accounts, folders, management groups: what guards are attached to
	Artifact      Kind = "artifact"     // an image or weights as a file: it runs where something else names it
	Party         Kind = "party"        // an operator, with all that it runs for us
	AISystem      Kind = "system"       // a system of the perimeter
	Budget        Kind = "budget"       // one of the perimeter, with all traffic that it is about
	Inert         Kind = "inert"
	Module        Kind = "module"  // a module that could not be read
	UnknownKind   Kind = "unknown" // no dialect knows the type
)

// Bearing says what a kind does with data.
type Bearing int

const (
	BearsNothing Bearing = iota // inert, or only configuration
	BearsTransit                // data passes through
	BearsWork                   // data is processed
	BearsData                   // data rests there
)

// kinds gives each kind its bearing. It is the closed list.
var kinds = map[Kind]Bearing{
	ObjectStore: BearsData, BlockStore: BearsData, FileStore: BearsData, Database: BearsData,
	Warehouse: BearsData, Cache: BearsData, SearchIndex: BearsData, Queue: BearsData, Stream: BearsData,
	SecretStore: BearsData, Key: BearsData, Registry: BearsData, ModelRegistry: BearsData,
	BackupVault: BearsData, LogStore: BearsData, State: BearsData,
	ModelEndpoint: BearsWork, Training: BearsWork, Notebook: BearsWork, AIService: BearsWork,
	Compute: BearsWork, Cluster: BearsWork, Function: BearsWork, Pipeline: BearsWork, Analytics: BearsWork,
	Exporter: BearsTransit, CDN: BearsTransit, DNS: BearsTransit, LoadBalancer: BearsTransit,
	APIGateway: BearsTransit, Messaging: BearsTransit, NetworkLink: BearsTransit, Identity: BearsTransit,
	Upstream: BearsNothing, Step: BearsNothing, Network: BearsNothing, Guard: BearsNothing, Container: BearsNothing, Account: BearsNothing, Artifact: BearsNothing, Party: BearsNothing, AISystem: BearsNothing, Budget: BearsNothing, Inert: BearsNothing,
	Module: BearsData, UnknownKind: BearsData,
}

// Valid reports whether k is a known kind.
func (k Kind) Valid() bool { _, ok := kinds[k]; return ok }

// Bearing returns what the kind does with data. A module that could not be
// read and a type that no dialect knows count as bearing data: they may.
func (k Kind) Bearing() Bearing { return kinds[k] }

// Roles returns the roles that an asset of this kind plays at its own place
// when its dialect says nothing else.
func (k Kind) Roles() []Role {
	switch k.Bearing() {
	case BearsData:
		return []Role{Storage, Processing}
	case BearsWork, BearsTransit:
		return []Role{Processing}
	}
	return []Role{Metadata}
}

// Kinds returns the closed list, for messages that name the known ones.
func Kinds() []Kind {
	ks := make([]Kind, 0, len(kinds))
	for k := range kinds {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
