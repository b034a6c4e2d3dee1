package block

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var (
	stores    = []graph.RuleID{"LOC-001", "LOC-004", "KEY-001", "KEY-002", "KEY-003", "ENC-003", "EGR-012"}
	databases = []graph.RuleID{"LOC-001", "LOC-005", "LOC-006", "KEY-001", "KEY-002", "ENC-003", "EGR-012"}
	keys      = []graph.RuleID{"KEY-002", "KEY-003", "KEY-011"}
	clusters  = []graph.RuleID{"LOC-001", "EGR-012"}
	endpoints = []graph.RuleID{"LOC-012", "MDL-002", "EGR-012"}
)

// list is by folder, then in the order of [Names].
var list = []Block{
	{Provider: "aws", Folder: "aws", Name: ObjectStore, Protection: "hsm", Holds: stores},
	{Provider: "aws", Folder: "aws", Name: Database, Protection: "hsm", Holds: databases},
	{Provider: "aws", Folder: "aws", Name: Key, Protection: "hsm", Holds: keys},
	{Provider: "aws", Folder: "aws", Name: Cluster, Protection: "hsm", Holds: clusters},
	{Provider: "aws", Folder: "aws", Name: ModelEndpoint, Protection: "hsm", Holds: endpoints, fit: anyModel},

	{Provider: "azurerm", Folder: "azure", Name: ObjectStore, Protection: "hsm", Holds: stores},
	{Provider: "azurerm", Folder: "azure", Name: Database, Protection: "hsm", Holds: databases},
	{Provider: "azurerm", Folder: "azure", Name: Key, Protection: "hsm", Holds: keys, paired: true},
	{Provider: "azurerm", Folder: "azure", Name: Cluster, Protection: "hsm", Holds: clusters},
	{Provider: "azurerm", Folder: "azure", Name: ModelEndpoint, Protection: "hsm", Holds: endpoints, fit: azureModel},

	{Provider: "google", Folder: "google", Name: ObjectStore, Protection: "hsm", Holds: stores, places: googleRegion},
	{Provider: "google", Folder: "google", Name: Database, Protection: "hsm", Holds: databases, places: googleRegion},
	{Provider: "google", Folder: "google", Name: Key, Protection: "hsm", Holds: keys, places: googleRegion},
	{Provider: "google", Folder: "google", Name: Cluster, Protection: "hsm", Holds: clusters, places: googleRegion},
	{Provider: "google", Folder: "google", Name: ModelEndpoint, Protection: "hsm", Holds: endpoints, places: googleRegion, fit: anyModel},

	{Provider: "ionoscloud", Folder: "ionos", Name: ObjectStore, Protection: "provider", Holds: stores, places: regexp.MustCompile(`^(de|eu-(central|south)-[0-9])$`).MatchString},
	{Provider: "ionoscloud", Folder: "ionos", Name: Database, Protection: "unknown", Holds: databases},
	{Provider: "ionoscloud", Folder: "ionos", Name: Cluster, Holds: clusters, places: regexp.MustCompile(`^[a-z]{2}/[a-z]{3}$`).MatchString},

	{Provider: "ovh", Folder: "ovh", Name: ObjectStore, Protection: "provider", Holds: stores, places: ovhRegion},
	{Provider: "ovh", Folder: "ovh", Name: Database, Protection: "provider", Holds: databases, places: ovhRegion},
	{Provider: "ovh", Folder: "ovh", Name: Key, Protection: "software", Holds: keys, places: ovhService},
	{Provider: "ovh", Folder: "ovh", Name: Cluster, Holds: clusters, places: ovhRegion},

	{Provider: "scaleway", Folder: "scaleway", Name: ObjectStore, Protection: "software", Holds: stores},
	{Provider: "scaleway", Folder: "scaleway", Name: Database, Protection: "provider", Holds: databases},
	{Provider: "scaleway", Folder: "scaleway", Name: Key, Protection: "software", Holds: keys},
	{Provider: "scaleway", Folder: "scaleway", Name: Cluster, Holds: clusters},
	{Provider: "scaleway", Folder: "scaleway", Name: ModelEndpoint, Holds: endpoints, fit: scalewayModel},

	{Provider: "stackit", Folder: "stackit", Name: ObjectStore, Protection: "unknown", Holds: stores},
	{Provider: "stackit", Folder: "stackit", Name: Database, Protection: "hsm", Holds: databases},
	{Provider: "stackit", Folder: "stackit", Name: Key, Protection: "hsm", Holds: keys},
	{Provider: "stackit", Folder: "stackit", Name: Cluster, Holds: clusters},
}

// none are clouds, or blocks of them, without a resource that could be held.
var none = []struct {
	provider  graph.ProviderID
	what, why string
}{
	{"hcloud", "hetzner", "its provider has machines, volumes and Storage Boxes, and no object store, database, key, cluster or model endpoint"},
	{"ionoscloud", "ionos/key", "its provider has no keys"},
	{"ionoscloud", "ionos/model-endpoint", "its provider has no model endpoints"},
	{"ovh", "ovh/model-endpoint", "its provider has no model endpoints"},
	{"stackit", "stackit/model-endpoint", "its provider has tokens for the shared model service, and no endpoint of one's own"},
}

var (
	// Regions have a number at the end; europe-west alone is a name of the past.
	googleRegion = regexp.MustCompile(`[a-z][0-9]+$`).MatchString
	// Object stores, databases and clusters have the names of the public cloud;
	// EU-WEST-RBX and its like are those of services beside it, such as KMS.
	ovhRegion  = regexp.MustCompile(`^([A-Z]{2,3}|EU-WEST-PAR|EU-SOUTH-MIL)$`).MatchString
	ovhService = regexp.MustCompile(`^[A-Z]+-[A-Z]+-[A-Z]{3}(-SNC)?$`).MatchString
)

// anyModel: an endpoint that serves whatever model is put behind it.
func anyModel(b *bounds.Bounds, _ *bounds.Cloud) string {
	if b.Models != nil {
		return "the perimeter approves models (spec.stack.models), and nothing in the endpoint says whose weights it serves"
	}
	return ""
}

// azureFormats are the developers' names in azurerm_cognitive_deployment.
var azureFormats = map[string]string{"openai": "OpenAI", "mistral": "Mistral AI"}

// AzureFormats are those that the perimeter approves.
func AzureFormats(b *bounds.Bounds) []string {
	var out []string
	for maker, format := range azureFormats {
		if b.Models == nil || slices.Contains(b.Models, maker) {
			out = append(out, format)
		}
	}
	slices.Sort(out)
	return out
}

func azureModel(b *bounds.Bounds, _ *bounds.Cloud) string {
	if len(AzureFormats(b)) == 0 {
		return "none of the approved models (spec.stack.models) is one that Azure deploys by a name of its developer"
	}
	return ""
}

// scalewayMakers are the developers that names of Scaleway's catalogue begin with.
var scalewayMakers = []string{"bge", "deepseek", "google", "h", "meta", "microsoft", "mistral", "openai", "qwen", "sentence-transformers"}

// ScalewayMakers are those that the perimeter approves; nil for any.
func ScalewayMakers(b *bounds.Bounds) []string {
	if b.Models == nil {
		return nil
	}
	out := []string{}
	for _, m := range scalewayMakers {
		if slices.Contains(b.Models, m) || slices.Contains(b.Models, strings.ReplaceAll(m, "-", "")) {
			out = append(out, m)
		}
	}
	return out
}

func scalewayModel(b *bounds.Bounds, _ *bounds.Cloud) string {
	if m := ScalewayMakers(b); m != nil && len(m) == 0 {
		return "none of the approved models (spec.stack.models) is in its catalogue by a name of its developer"
	}
	return ""
}
