package terraform

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
)

// arguments are what each module takes beside data, name and region. %s is the
// region; what stands here are the forms of ids, and belongs to nobody.
var arguments = map[string][][2]string{
	"aws/object-store":   {awsKey, {"log_bucket", "clinic-access-logs"}},
	"aws/database":       {awsKey, {"subnet_group_name", "private"}},
	"aws/cluster":        {awsKey, {"subnet_ids", "=[\"subnet-0a1b2c3d\", \"subnet-1b2c3d4e\"]"}, {"role_arn", "arn:aws:iam::111122223333:role/cluster"}},
	"aws/model-endpoint": {awsKey, {"model_name", "triage"}, {"capture_bucket", "clinic-calls"}},

	"azure/object-store":   {azureGroup, azureVault, azureVaultGroup, azureIdentity},
	"azure/database":       {azureGroup, azureVault, azureVaultGroup, azureIdentity, azureSubnet, {"private_dns_zone_id", azure + "Microsoft.Network/privateDnsZones/clinic.postgres.database.azure.com"}, {"administrator", "={ login = \"owner\", password = var.password }"}},
	"azure/key":            {azureGroup, {"tenant_id", "00000000-0000-0000-0000-000000000000"}},
	"azure/cluster":        {azureGroup, azureVault, azureVaultGroup, azureIdentity, azureSubnet, azureLogs},
	"azure/model-endpoint": {azureGroup, azureVault, azureVaultGroup, azureIdentity, {"identity_client_id", id}, azureSubnet, azureLogs, {"model", "={ format = %[2]s, name = \"model\", version = \"1\" }"}},

	"google/object-store":   {googleKey, {"log_bucket", "clinic-access-logs"}},
	"google/database":       {googleKey, {"private_network", "projects/clinic/global/networks/private"}},
	"google/cluster":        {googleKey, {"network", "private"}, {"subnetwork", "nodes"}},
	"google/model-endpoint": {googleKey, {"network", "projects/123456789012/global/networks/private"}, {"log_dataset", "bq://clinic.calls"}},

	"ionos/cluster": {{"kubernetes_version", "1.33"}, {"nat_gateway_ip", "192.0.2.10"}, {"api_allowed_cidrs", "=[\"10.0.0.0/16\"]"}},

	"ovh/object-store": {ovhProject},
	"ovh/database":     {ovhProject, {"network_id", id}, {"subnet_id", id}},
	"ovh/cluster":      {ovhProject, {"private_network_id", id}, {"nodes_subnet_id", id}, {"api_allowed_cidrs", "=[\"10.0.0.0/16\"]"}},

	"scaleway/object-store":   {{"kms_key_id", "=module.scaleway-key.id"}},
	"scaleway/database":       {scalewayNetwork},
	"scaleway/cluster":        {scalewayNetwork, {"kubernetes_version", "1.33"}, {"api_allowed_cidr", "10.0.0.0/16"}},
	"scaleway/model-endpoint": {scalewayNetwork, {"model_name", "=%[2]s"}},

	"stackit/object-store": {stackitProject},
	"stackit/database":     {stackitProject, {"key", "={ keyring_id = \"" + id + "\", key_id = module.stackit-key.id, version = 1, service_account = \"db@sa.clinic.example\" }"}, {"allowed_cidrs", "=[\"10.0.0.0/16\"]"}},
	"stackit/key":          {stackitProject},
	"stackit/cluster":      {stackitProject, {"api_allowed_cidrs", "=[\"10.0.0.0/16\"]"}},
}

const (
	id    = "11111111-2222-3333-4444-555555555555"
	azure = "/subscriptions/" + id + "/resourceGroups/clinic/providers/"
)

var (
	awsKey          = [2]string{"kms_key_arn", "=module.aws-key.arn"}
	googleKey       = [2]string{"kms_key_name", "=module.google-key.id"}
	azureGroup      = [2]string{"resource_group_name", "clinic"}
	azureVault      = [2]string{"key_vault_key_id", "=module.azure-key.id"}
	azureVaultGroup = [2]string{"key_vault_resource_group_name", "clinic"}
	azureIdentity   = [2]string{"identity_id", azure + "Microsoft.ManagedIdentity/userAssignedIdentities/data"}
	azureSubnet     = [2]string{"subnet_id", azure + "Microsoft.Network/virtualNetworks/private/subnets/data"}
	azureLogs       = [2]string{"log_analytics_workspace_id", azure + "Microsoft.OperationalInsights/workspaces/logs"}
	ovhProject      = [2]string{"service_name", "0123456789abcdef0123456789abcdef"}
	scalewayNetwork = [2]string{"private_network_id", "%s/" + id}
	stackitProject  = [2]string{"project_id", id}
)

// example is a root that calls every module: a beginning for one's own, and what
// our own check reads back.
func example(b *bounds.Bounds, offers []block.Offer) (enforce.File, error) {
	var out bytes.Buffer
	out.WriteString(enforce.Comment("#", enforce.Header(b, "An example with made-up ids that calls each module")))
	secret := false
	for i := range offers {
		m := &module{&offers[i]}
		fmt.Fprintf(&out, "\nmodule %q {\n", strings.ReplaceAll(m.ID(), "/", "-"))
		rows := [][2]string{{"source", enforce.HCL("../" + m.ID())}, {"data", enforce.HCLList(m.Classes())}, {"name", enforce.HCL(strings.ReplaceAll("clinic-"+m.Name, "azure", ""))}, {"region", enforce.HCL(m.Codes[0])}}
		if m.ID() == "azure/object-store" {
			rows[2][1] = enforce.HCL("clinicdata")
		}
		for _, a := range arguments[m.ID()] {
			rows = append(rows, [2]string{a[0], argument(m, a[1])})
			secret = secret || strings.Contains(a[1], "var.password")
		}
		widest := 0
		for _, r := range rows {
			widest = max(widest, len(r[0]))
		}
		for _, r := range rows {
			fmt.Fprintf(&out, "  %-*s = %s\n", widest, r[0], r[1])
		}
		out.WriteString("}\n")
	}
	if secret {
		out.WriteString("\nvariable \"password\" {\n  type      = string\n  sensitive = true\n}\n")
	}
	return enforce.File{Name: "example/main.tf", Data: out.Bytes()}, nil
}

// argument fills a form in: one that begins with = is written as it is.
func argument(m *module, form string) string {
	model := "mistral/mistral-small-3.2-24b-instruct-2506:fp8"
	if list := m.Models(); m.Folder == "azure" && len(list) > 0 {
		model = list[0]
	} else if len(list) > 0 {
		model = list[0] + "/model"
	}
	raw, plain := strings.CutPrefix(form, "=")
	if plain {
		return strings.ReplaceAll(raw, "%[2]s", enforce.HCL(model))
	}
	return enforce.HCL(strings.ReplaceAll(form, "%s", m.Codes[0]))
}
