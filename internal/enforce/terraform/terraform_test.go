package terraform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/terraform"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// except are the class of types that have no tags, which a binding of the
// perimeter says, and the papers of a transfer to places that it lets in.
func except(f *finding.Finding) bool {
	subject := string(f.Subject)
	tagless := strings.HasPrefix(subject, "module.ovh-database.") || strings.HasPrefix(subject, "module.stackit-")
	return f.Rule == "FLW-001" && tagless || f.Rule == "FLW-007"
}

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: terraform.Target, Perimeter: enforcetest.Whole, Except: except,
		Pass: []graph.RuleID{"LOC-001", "LOC-006", "LOC-010", "LOC-011", "KEY-001", "KEY-003", "KEY-004", "KEY-011", "EGR-012"},
		Mutants: []enforcetest.Mutant{
			{Name: "region/azure", Old: `"austriaeast"`, New: `"eastus"`, Rule: "LOC-001"},
			{Name: "region/aws", Old: `"eu-central-1"`, New: `"us-east-1"`, Rule: "LOC-001"},
			{Name: "region/google", Old: `"europe-central2"`, New: `"us-central1"`, Rule: "LOC-001"},
			{Name: "region/london", Old: `"de/fra"`, New: `"gb/lhr"`, Rule: "LOC-001"},
			{Name: "region/ovh", Old: `= "DE"`, New: `= "BHS"`, Rule: "LOC-001"},
			{Name: "region of the database's backups", Old: `location = var.region`, New: `location = "us"`, Rule: "LOC-006"},
			{Name: "backups at ovh", Old: `[coalesce(var.backup_region, var.region)]`, New: `["BHS"]`, Rule: "LOC-006"},
			{Name: "replica at ovh", Old: `versioning = {`, New: "replication = {\n rules = [{ id = \"r\", status = \"enabled\", destination = { name = \"b\", region = \"BHS\" } }]\n }\n versioning = {", Rule: "LOC-004"},
			{Name: "replica at aws", Old: "bucket = var.name\n", New: "bucket = var.name\n replication_configuration {\n role = \"r\"\n rules {\n id = \"r\"\n status = \"Enabled\"\n destination {\n bucket = \"arn:aws:s3:us-east-1::copy\"\n }\n }\n }\n", Rule: "LOC-004"},
			{Name: "key of another region", Old: `module.aws-key.arn`, New: `"arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"`, Rule: "KEY-003"},
			{Name: "key of another region at google", Old: `module.google-key.id`, New: `"projects/clinic/locations/us-central1/keyRings/r/cryptoKeys/k"`, Rule: "KEY-003"},
			{Name: "multi-region key", Old: `multi_region            = false`, New: `multi_region            = true`, Rule: "KEY-003"},
			{Name: "no key", Old: `encryption_at_rest = true`, New: `encryption_at_rest = false`, Rule: "KEY-001"},
			{Name: "public database", Old: `publicly_accessible             = false`, New: `publicly_accessible             = true`, Rule: "EGR-012"},
			{Name: "public cluster", Old: `endpoint_public_access  = false`, New: `endpoint_public_access  = true`, Rule: "EGR-012"},
			{Name: "inference anywhere", Old: `default  = "Standard"`, New: `default  = "GlobalStandard"`, Rule: "LOC-010"},
		},
	}).Run(t)
}

// TestSure: what the modules hold is established, and not only not refuted.
func TestSure(t *testing.T) {
	o := enforcetest.Options(t, enforcetest.Whole)
	files, err := terraform.Target.Write(enforcetest.Bounds(t, enforcetest.Whole))
	if err != nil {
		t.Fatal(err)
	}
	res := enforcetest.Judge(t, o, files)
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Status == finding.Undecided && strings.HasPrefix(string(f.Subject), "module.") && slices.Contains(terraform.Target.Holds, f.Rule) {
			t.Errorf("%s %s: %s", f.Rule, f.Subject, f.Message)
		}
	}
}

// TestPlugins: what the stubs of real_test.go cannot see, since it is no type but a
// form that the plugin asks for, or a default of it that would be weaker.
func TestPlugins(t *testing.T) {
	files, err := terraform.Target.Write(enforcetest.Bounds(t, enforcetest.Whole))
	if err != nil {
		t.Fatal(err)
	}
	for module, lines := range map[string][]string{
		// The client id is a UUID, and the key of a cluster has a version.
		"azure/model-endpoint": {"identity_client_id = var.identity_client_id"},
		"azure/cluster":        {"key_vault_key_id         = data.azurerm_key_vault_key.key.id"},
		// Left out, queues and tables lie under Microsoft's key.
		"azure/object-store": {`queue_encryption_key_type        = "Account"`, `table_encryption_key_type        = "Account"`},
		// Left out, the model is that of the region of the provider configuration.
		"scaleway/model-endpoint": {"name   = var.model_name\n  region = var.region"},
	} {
		text := enforcetest.File(files, module+"/main.tf")
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s does not say %s", module, line)
			}
		}
	}
}

// TestHostile: nothing of a name leaves its comment or its quotes, and nothing of
// it is evaluated.
func TestHostile(t *testing.T) {
	hostile := strings.Replace(enforcetest.Whole, "name: clinic", `name: "a\n}\nresource \"x\" \"y\" { ${file(\"/etc/passwd\")} {{.}} %{ if true }"`, 1)
	files, err := terraform.Target.Write(enforcetest.Bounds(t, hostile))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range enforcetest.Judge(t, enforcetest.Options(t, hostile), files).Problems {
		t.Errorf("%s:%d: %s", p.Origin.File, p.Origin.Line, p.Message)
	}
	said := 0
	for _, f := range files {
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasPrefix(line, "#") || !strings.HasSuffix(f.Name, ".tf") {
				continue
			}
			said += strings.Count(line, "$${file(")
			if strings.HasPrefix(line, `resource "x"`) || strings.Count(line, "${file(") != strings.Count(line, "$${file(") || strings.Count(line, "%{ if") != strings.Count(line, "%%{ if") {
				t.Errorf("%s: the name got out: %s", f.Name, line)
			}
		}
	}
	if said == 0 {
		t.Error("the name is said nowhere but in comments")
	}
}
