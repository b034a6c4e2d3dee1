//go:build real

package terraform_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/terraform"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// plugins are those that bench/tfstub stands in for, by the sources of modules.
var plugins = map[string]string{"hashicorp/aws": "aws", "hashicorp/azurerm": "azurerm", "hashicorp/google": "google",
	"ionos-cloud/ionoscloud": "ionoscloud", "ovh/ovh": "ovh", "scaleway/scaleway": "scaleway", "stackitcloud/stackit": "stackit"}

// A bench is a tool with our plugins and the modules of one perimeter.
type bench struct {
	bin, modules, config string
}

// setUp builds the plugins, writes the modules, and tells the tool where they are.
func setUp(t *testing.T, tool string) *bench {
	t.Helper()
	b := &bench{bin: peer.Path(t, tool), modules: enforcetest.Written(t, terraform.Target, enforcetest.Whole)}
	dir := t.TempDir()
	stub := filepath.Join(dir, "stub")
	build := exec.Command("go", "build", "-o", stub, ".")
	build.Dir = filepath.Join("..", "..", "..", "bench", "tfstub")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the plugin cannot be built: %v\n%s", err, out)
	}
	var overrides strings.Builder
	for source, name := range plugins {
		at := filepath.Join(dir, name)
		if err := os.Mkdir(at, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(stub, filepath.Join(at, "terraform-provider-"+name)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&overrides, "    %q = %q\n", source, at)
	}
	b.config = filepath.Join(dir, "tool.rc")
	write(t, b.config, "provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n  direct {}\n}\n")
	return b
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) run(dir string, env []string, args ...string) (string, error) {
	c := exec.Command(b.bin, args...)
	c.Dir = dir
	c.Env = append(append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=", "TF_LOG=", "TF_CLI_CONFIG_FILE="+b.config), env...)
	out, err := c.CombinedOutput()
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(string(out))), " "), err
}

// plan plans a root of files beside the modules.
func (b *bench) plan(t *testing.T, files map[string]string, env []string, args ...string) (dir, out string, err error) {
	t.Helper()
	dir, err = os.MkdirTemp(b.modules, "root-")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	if out, err := b.run(dir, env, "get"); err != nil {
		return dir, out, err
	}
	out, err = b.run(dir, env, append([]string{"plan", "-input=false", "-no-color", "-out=plan"}, args...)...)
	return dir, out, err
}

// regions are what the resources of a plan say.
func (b *bench) regions(t *testing.T, dir string) map[string]bool {
	t.Helper()
	c := exec.Command(b.bin, "show", "-json", "plan")
	c.Dir, c.Env = dir, append(os.Environ(), "TF_CLI_CONFIG_FILE="+b.config, "CHECKPOINT_DISABLE=1")
	src, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Changes []struct {
			Change struct{ After map[string]any }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(src, &plan); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, c := range plan.Changes {
		if r, ok := c.Change.After["region"].(string); ok {
			out[r] = true
		}
	}
	return out
}

const call = "module \"it\" {\n  source = \"../%s\"\n  data = [\"records\"]\n  name = \"it\"\n%s}\n"

const (
	scalewayArgs = "  kms_key_id = \"fr-par/11111111-2222-3333-4444-555555555555\"\n"
	awsArgs      = "  kms_key_arn = \"arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555\"\n  log_bucket = \"logs\"\n"
	googleArgs   = "  kms_key_name = \"projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k\"\n  log_bucket = \"logs\"\n"
	azureArgs    = "  resource_group_name = \"g\"\n  key_vault_resource_group_name = \"g\"\n  identity_id = \"i\"\n  key_vault_key_id = \"https://kv-westeurope.vault.azure.net/keys/k\"\n"
	variable     = "variable \"region\" {\n  type = string\n  default = \"fr-par\"\n}\n"
	features     = "provider \"azurerm\" {\n  features {}\n}\n"
)

func root(module, args string) string { return fmt.Sprintf(call, module, args) }

// A refusal is an input that a tool must refuse, and a word of why.
type refusal struct {
	name  string
	files map[string]string
	env   []string
	args  []string
	why   string
}

func one(text string) map[string]string { return map[string]string{"main.tf": text} }

var (
	open     = variable + root("scaleway/object-store", "  region = var.region\n"+scalewayArgs)
	refusals = []refusal{
		{name: "literal", files: one(root("scaleway/object-store", "  region = \"us-east-1\"\n"+scalewayArgs)), why: "Inside the perimeter clinic are"},
		{name: "-var", files: one(open), args: []string{"-var", "region=us-east-1"}, why: "Inside the perimeter clinic are"},
		{name: "-var-file", files: map[string]string{"main.tf": open, "us.vars": "region = \"us-east-1\"\n"}, args: []string{"-var-file=us.vars"}, why: "Inside the perimeter clinic are"},
		{name: "TF_VAR", files: one(open), env: []string{"TF_VAR_region=us-east-1"}, why: "Inside the perimeter clinic are"},
		{name: "tfvars", files: map[string]string{"main.tf": open, "terraform.tfvars": "region = \"us-east-1\"\n"}, why: "Inside the perimeter clinic are"},
		{name: "auto.tfvars", files: map[string]string{"main.tf": open, "z.auto.tfvars.json": `{"region": "us-east-1"}`}, why: "Inside the perimeter clinic are"},
		{name: "override file", files: map[string]string{"main.tf": open, "override.tf": "module \"it\" {\n  region = \"us-east-1\"\n}\n"}, why: "Inside the perimeter clinic are"},
		{name: "null", files: one(root("scaleway/object-store", "  region = null\n"+scalewayArgs)), why: "null"},
		{name: "no region", files: one(root("scaleway/object-store", scalewayArgs)), why: "\"region\" is required"},
		{name: "for_each over places", files: one(root("scaleway/object-store", "  for_each = toset([\"fr-par\", \"us-east-1\"])\n  region = each.key\n"+scalewayArgs)), why: "Inside the perimeter clinic are"},
		{name: "a local of the module", files: one(root("scaleway/object-store", "  region = \"fr-par\"\n  inside = [\"us-east-1\"]\n"+scalewayArgs)), why: "An argument named \"inside\" is not expected"},
		{name: "another class", files: one(strings.Replace(root("scaleway/object-store", "  region = \"fr-par\"\n"+scalewayArgs), `"records"`, `"letters"`, 1)), why: "These bounds are for the classes records"},
		{name: "no class", files: one(strings.Replace(root("scaleway/object-store", "  region = \"fr-par\"\n"+scalewayArgs), `["records"]`, `[]`, 1)), why: "These bounds are for the classes records"},
		{name: "key of another region", files: one(root("scaleway/object-store", "  region = \"nl-ams\"\n"+scalewayArgs)), why: "The key is in another region"},
		{name: "network of another region", files: one(root("scaleway/database", "  region = \"nl-ams\"\n  private_network_id = \"fr-par/11111111-2222-3333-4444-555555555555\"\n")), why: "The private network is in another region"},
		{name: "nodes from anywhere", files: one(root("scaleway/cluster", "  region = \"fr-par\"\n  node_type = \"external\"\n  kubernetes_version = \"1.33\"\n  api_allowed_cidr = \"10.0.0.0/16\"\n  private_network_id = \"fr-par/11111111-2222-3333-4444-555555555555\"\n")), why: "stand anywhere"},
		{name: "an API server for everybody", files: one(root("scaleway/cluster", "  region = \"fr-par\"\n  kubernetes_version = \"1.33\"\n  api_allowed_cidr = \"0.0.0.0/0\"\n  private_network_id = \"fr-par/11111111-2222-3333-4444-555555555555\"\n")), why: "not for everybody"},
		{name: "an API server for everybody, spelt otherwise", files: one(root("scaleway/cluster", "  region = \"fr-par\"\n  kubernetes_version = \"1.33\"\n  api_allowed_cidr = \"0.0.0.0/00\"\n  private_network_id = \"fr-par/11111111-2222-3333-4444-555555555555\"\n")), why: "not for everybody"},
		{name: "an API server for everybody of version 4, as of version 6", files: one(root("ionos/cluster", "  region = \"de/fra\"\n  kubernetes_version = \"1.33\"\n  nat_gateway_ip = \"192.0.2.1\"\n  api_allowed_cidrs = [\"10.0.0.0/16\", \"::ffff:0:0/96\"]\n")), why: "not for everybody"},
		{name: "aws region", files: one(root("aws/object-store", "  region = \"us-east-1\"\n"+awsArgs)), why: "Inside the perimeter clinic are"},
		{name: "aws London", files: one(root("aws/object-store", "  region = \"eu-west-2\"\n"+awsArgs)), why: "Inside the perimeter clinic are"},
		{name: "aws region in an ARN", files: one(root("aws/object-store", "  region = \"eu-central-1\"\n"+strings.Replace(awsArgs, "eu-central-1", "us-east-1", 1))), why: "Only keys of one region inside"},
		{name: "aws multi-region key", files: one(root("aws/object-store", "  region = \"eu-central-1\"\n"+strings.Replace(awsArgs, "key/11111111-2222-3333-4444-555555555555", "key/mrk-11112222333344445555666677778888", 1))), why: "Only keys of one region inside"},
		{name: "aws ARN of another partition", files: one(root("aws/object-store", "  region = \"eu-central-1\"\n"+strings.Replace(awsArgs, "arn:aws:", "arn:aws-cn:", 1))), why: "Only keys of one region inside"},
		{name: "aws alias of another partition", files: one("provider \"aws\" {\n  alias = \"there\"\n  region = \"cn-north-1\"\n}\n" + root("aws/object-store", "  providers = { aws = aws.there }\n  region = \"eu-central-1\"\n"+awsArgs)), why: "another partition"},
		{name: "aws key as alias", files: one(root("aws/object-store", "  region = \"eu-central-1\"\n  kms_key_arn = \"alias/aws/s3\"\n  log_bucket = \"logs\"\n")), why: "Only keys of one region inside"},
		{name: "google multi-region", files: one(root("google/object-store", "  region = \"eu\"\n"+googleArgs)), why: "Inside the perimeter clinic are"},
		{name: "google upper case", files: one(root("google/object-store", "  region = \"US\"\n"+googleArgs)), why: "Inside the perimeter clinic are"},
		{name: "google global key", files: one(root("google/object-store", "  region = \"europe-west3\"\n"+strings.Replace(googleArgs, "europe-west3", "global", 1))), why: "Only keys inside"},
		{name: "google key of another region", files: one(root("google/object-store", "  region = \"europe-west4\"\n"+googleArgs)), why: "The key is in another region"},
		{name: "azure display name", files: one(features + root("azure/object-store", "  region = \"East US\"\n"+azureArgs)), why: "Inside the perimeter clinic are"},
		{name: "azure vault elsewhere", files: one(features + root("azure/object-store", "  region = \"westeurope\"\n"+strings.Replace(azureArgs, "kv-westeurope", "kv-eastus", 1))), why: "The key vault is outside of the perimeter"},
		{name: "azure key in software", files: one(features + root("azure/object-store", "  region = \"westeurope\"\n"+strings.Replace(azureArgs, "keys/k", "keys/soft", 1))), why: "held in software"},
		{name: "azure key of another cloud", files: one(features + root("azure/object-store", "  region = \"westeurope\"\n"+strings.Replace(azureArgs, "vault.azure.net", "vault.azure.cn", 1))), why: "Only keys of vaults of the public cloud"},
		{name: "azure replication asked for", files: one(features + root("azure/object-store", "  region = \"westeurope\"\n  account_replication_type = \"GRS\"\n"+azureArgs)), why: "\"account_replication_type\" is not expected"},
		{name: "azure global deployment", files: one(features + root("azure/model-endpoint", "  region = \"westeurope\"\n  sku = \"GlobalStandard\"\n  identity_client_id = \"11111111-2222-3333-4444-555555555555\"\n  subnet_id = \"s\"\n  log_analytics_workspace_id = \"w\"\n  model = { format = \"OpenAI\", name = \"m\", version = \"1\" }\n"+azureArgs)), why: "Only Standard and ProvisionedManaged"},
		{name: "azure identity by its other id", files: one(features + root("azure/model-endpoint", "  region = \"westeurope\"\n  identity_client_id = \"/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i\"\n  subnet_id = \"s\"\n  log_analytics_workspace_id = \"w\"\n  model = { format = \"OpenAI\", name = \"m\", version = \"1\" }\n"+azureArgs)), why: "The client id of an identity"},
		{name: "ovh region", files: one(root("ovh/object-store", "  region = \"BHS\"\n  service_name = \"p\"\n")), why: "Inside the perimeter clinic are"},
		{name: "ovh replication asked for", files: one(root("ovh/object-store", "  region = \"GRA\"\n  service_name = \"p\"\n  replication = { region = \"BHS\" }\n")), why: "\"replication\" is not expected"},
		{name: "ovh backups elsewhere", files: one(root("ovh/database", "  region = \"GRA\"\n  backup_region = \"BHS\"\n  service_name = \"p\"\n  network_id = \"n\"\n  subnet_id = \"s\"\n")), why: "Inside the perimeter clinic are"},
		{name: "ovh subsidiary", files: one(root("ovh/key", "  region = \"EU-WEST-RBX\"\n  ovh_subsidiary = \"US\"\n")), why: "Order from a subsidiary in the EU"},
		{name: "ionos London", files: one(root("ionos/cluster", "  region = \"gb/lhr\"\n  kubernetes_version = \"1.33\"\n  nat_gateway_ip = \"192.0.2.1\"\n  api_allowed_cidrs = [\"10.0.0.0/16\"]\n")), why: "Inside the perimeter clinic are"},
		{name: "stackit region", files: one(root("stackit/key", "  region = \"us01\"\n  project_id = \"p\"\n")), why: "Inside the perimeter clinic are"},
	}
)

// allowed are inputs that must be planned, with the regions that come out.
var allowed = []struct {
	name, text string
	regions    string
}{
	{"scaleway", open, "fr-par"},
	{"scaleway, with an alias elsewhere", "terraform {\n  required_providers {\n    scaleway = { source = \"scaleway/scaleway\" }\n  }\n}\nprovider \"scaleway\" {\n  alias = \"there\"\n  region = \"us-east-1\"\n}\n" + root("scaleway/object-store", "  providers = { scaleway = scaleway.there }\n  region = \"fr-par\"\n"+scalewayArgs), "fr-par"},
	{"aws, with an alias elsewhere", "provider \"aws\" {\n  alias = \"there\"\n  region = \"us-east-1\"\n}\n" + root("aws/object-store", "  providers = { aws = aws.there }\n  region = \"eu-central-1\"\n"+awsArgs), "eu-central-1"},
	{"google", root("google/object-store", "  region = \"europe-west3\"\n"+googleArgs), ""},
	{"azure", features + root("azure/object-store", "  region = \"westeurope\"\n"+azureArgs), ""},
}

// TestRealPlan feeds the modules to OpenTofu and Terraform: what is inside is
// planned, and every way out is refused with the reason.
func TestRealPlan(t *testing.T) {
	for _, tool := range []string{"tofu", "terraform"} {
		t.Run(tool, func(t *testing.T) {
			b := setUp(t, tool)
			t.Run("allowed/example", func(t *testing.T) {
				src, err := os.ReadFile(filepath.Join(b.modules, "example", "main.tf"))
				if err != nil {
					t.Fatal(err)
				}
				if _, out, err := b.plan(t, one(features+string(src)), []string{"TF_VAR_password=p"}); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
			for _, a := range allowed {
				t.Run("allowed/"+a.name, func(t *testing.T) {
					dir, out, err := b.plan(t, one(a.text), nil)
					if err != nil {
						t.Fatalf("%v: %s", err, out)
					}
					if got := b.regions(t, dir); a.regions != "" && (len(got) != 1 || !got[a.regions]) {
						t.Errorf("planned in %v", got)
					}
				})
			}
			for _, r := range refusals {
				t.Run("refused/"+r.name, func(t *testing.T) {
					_, out, err := b.plan(t, r.files, r.env, r.args...)
					if err == nil {
						t.Fatal("it was planned")
					}
					if !strings.Contains(out, r.why) {
						t.Errorf("refused, and not because %q: %s", r.why, out)
					}
				})
			}
		})
	}
}
