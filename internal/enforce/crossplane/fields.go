package crossplane

// A field is what a claim must say beside data, name and region.
type field struct {
	Name, About string
	Pattern     string // REGION stands for any inside
	List        bool
	Near        string // rule of CEL that holds when the field (first %s) is in the region (second)
	Value       string // for the example; belongs to nobody
}

// A rule is one over several fields, in CEL.
type rule struct{ Rule, Message string }

const (
	id    = "11111111-2222-3333-4444-555555555555"
	azure = "/subscriptions/" + id + "/resourceGroups/clinic/providers/"
)

var (
	awsKey = field{"kmsKeyArn", "Key of the customer, of one region inside: ids of keys of several regions begin with mrk-.",
		"^arn:aws:kms:REGION:[0-9]{12}:key/[0-9a-f-]{36}$", false, "%s.contains(':' + %s + ':')", "arn:aws:kms:REGION:111122223333:key/" + id}
	googleKey = field{"kmsKeyName", "Key of the customer, in a region inside: its name says where it is.",
		"^projects/[^/]+/locations/REGION/keyRings/[^/]+/cryptoKeys/[^/]+$", false, "%s.contains('/locations/' + %s + '/')", "projects/clinic/locations/REGION/keyRings/r/cryptoKeys/k"}
	scalewayKey = field{"kmsKeyId", "Key of Scaleway's Key Manager, in a region inside: REGION/ID.",
		"^REGION/[0-9a-f-]{36}$", false, "%s.startsWith(%s + '/')", "REGION/" + id}
	scalewayNetwork = field{"privateNetworkId", "Private network that it is reached by: REGION/ID.",
		"^REGION/[0-9a-f-]{36}$", false, "%s.startsWith(%s + '/')", "REGION/" + id}
	ovhProject = field{Name: "serviceName", About: "Public Cloud project.", Value: "0123456789abcdef0123456789abcdef"}
	// A network smaller than /8: what answers to it does not answer to everybody.
	allowed = field{Name: "apiAllowedCidr", About: "Network that the API server answers to.", Pattern: "^[0-9]{1,3}([.][0-9]{1,3}){3}/([89]|[12][0-9]|3[0-2])$", Value: "10.0.0.0/16"}

	azureGroup    = field{Name: "resourceGroupName", About: "Resource group that it belongs to.", Value: "clinic"}
	azureTenant   = field{Name: "tenantId", About: "Tenant whose identities the vault knows.", Value: id}
	azureIdentity = field{Name: "identityId", About: "User-assigned identity that may use the key.", Value: azure + "Microsoft.ManagedIdentity/userAssignedIdentities/data"}
	azureSubnet   = field{Name: "subnetId", About: "Subnet that it is reached by.", Value: azure + "Microsoft.Network/virtualNetworks/private/subnets/data"}
)

// fields are those of each block that has a composition.
var fields = map[string][]field{
	"aws/object-store":   {awsKey, {Name: "logBucket", About: "Bucket in the same region that keeps the access logs.", Value: "clinic-access-logs"}},
	"aws/database":       {awsKey, {Name: "subnetGroupName", About: "Subnets that it is reached by.", Value: "private"}},
	"aws/key":            nil,
	"aws/cluster":        {awsKey, {Name: "subnetIds", About: "Subnets that it is reached by.", List: true, Value: "subnet-0a1b2c3d"}, {Name: "roleArn", About: "Role of the cluster.", Value: "arn:aws:iam::111122223333:role/cluster"}},
	"aws/model-endpoint": {awsKey, {Name: "modelName", About: "Model of SageMaker that it serves.", Value: "triage"}, {Name: "captureBucket", About: "Bucket in the same region that keeps what is asked and answered.", Value: "clinic-calls"}},

	"azure/object-store": {azureGroup, azureTenant, azureIdentity},
	"azure/database":     {azureGroup, azureTenant, azureIdentity, azureSubnet, {Name: "privateDnsZoneId", About: "Private zone that names it.", Value: azure + "Microsoft.Network/privateDnsZones/clinic.postgres.database.azure.com"}},
	"azure/key":          {azureGroup, azureTenant},

	"google/object-store": {googleKey, {Name: "logBucket", About: "Bucket that keeps the access logs.", Value: "clinic-access-logs"}},
	"google/database":     {googleKey, {Name: "privateNetwork", About: "Network that it is reached by.", Value: "projects/clinic/global/networks/private"}},
	"google/cluster":      {googleKey, {Name: "network", About: "Network of the nodes.", Value: "private"}, {Name: "subnetwork", About: "Its part in the region.", Value: "nodes"}},

	"ovh/object-store": {ovhProject},
	"ovh/database":     {ovhProject, {Name: "networkId", About: "Private network that it is reached by.", Value: id}, {Name: "subnetId", About: "Its part in the region.", Value: id}},
	"ovh/cluster":      {ovhProject, {Name: "privateNetworkId", About: "Private network of the nodes.", Value: id}, {Name: "nodesSubnetId", About: "Its part in the region.", Value: id}, allowed},

	"scaleway/object-store":   {scalewayKey},
	"scaleway/database":       {scalewayNetwork},
	"scaleway/key":            nil,
	"scaleway/cluster":        {scalewayNetwork, {Name: "kubernetesVersion", About: "Version of Kubernetes.", Value: "1.33"}, allowed},
	"scaleway/model-endpoint": {scalewayNetwork, {Name: "modelId", About: "Model of the region: REGION/ID.", Pattern: "^REGION/[0-9a-f-]{36}$", Near: "%s.startsWith(%s + '/')", Value: "REGION/" + id}},
}
