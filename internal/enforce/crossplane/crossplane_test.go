package crossplane_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// except are the class of types that have no tags, which a binding of the
// perimeter says, and the papers of a transfer to places that it lets in.
func except(f *finding.Finding) bool {
	return f.Rule == "FLW-001" && strings.Contains(string(f.Subject), "/ovh-") || f.Rule == "FLW-007"
}

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: crossplane.Target, Perimeter: enforcetest.Whole, Except: except,
		Pass: []graph.RuleID{"LOC-001", "LOC-006", "LOC-012", "KEY-001", "KEY-003", "KEY-011", "EGR-012"},
		Mutants: []enforcetest.Mutant{
			{Name: "region/aws", Old: `"eu-central-1"`, New: `"eu-west-2"`, Rule: "LOC-001"},
			{Name: "translated region", Old: `"DE": "DE"`, New: `"DE": "BHS"`, Rule: "LOC-001"},
			{Name: "region/google", Old: `"europe-central2"`, New: `"us-central1"`, Rule: "LOC-001"},
			{Name: "region/azure", Old: `"francecentral"`, New: `"eastus"`, Rule: "LOC-001"},
			{Name: "backups at ovh", Old: `plan: production`, New: "backupRegions: [GRA, BHS]", Rule: "LOC-006"},
			{Name: "replica at ovh", Old: `versioning: {status: enabled}`, New: `replication: {rules: [{id: r, status: enabled, destination: {name: b, region: BHS}}]}`, Rule: "LOC-004"},
			{Name: "key of another region", Old: `kmsKeyArn: "arn:aws:kms:eu-central-1:`, New: `kmsKeyArn: "arn:aws:kms:us-east-1:`, Rule: "KEY-003"},
			{Name: "multi-region key", Old: `multiRegion: false`, New: `multiRegion: true`, Rule: "KEY-003"},
			{Name: "no key", Old: `encryptionAtRest: true`, New: `encryptionAtRest: false`, Rule: "KEY-001"},
			{Name: "public database", Old: `publiclyAccessible: false`, New: `publiclyAccessible: true`, Rule: "EGR-012"},
			{Name: "public cluster", Old: `endpointPublicAccess: false`, New: `endpointPublicAccess: true`, Rule: "EGR-012"},
		},
	}).Run(t)
}

// TestDefaults: what providers would choose otherwise is said: queues and tables of
// Azure would lie under Microsoft's key, and nodes of Scaleway be in the zone of the
// ProviderConfig.
func TestDefaults(t *testing.T) {
	files, err := crossplane.Target.Write(enforcetest.Bounds(t, enforcetest.Whole))
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string][]string{
		"azure-object-store": {"queueEncryptionKeyType: Account", "tableEncryptionKeyType: Account"},
		"scaleway-cluster":   {`toFieldPath: spec.forProvider.zone, policy: {fromFieldPath: Required}, transforms: [{type: string, string: {type: Format, fmt: "%s-1"}}]`},
	} {
		text := enforcetest.File(files, "apis/"+name+".yaml")
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s does not say %s", name, line)
			}
		}
	}
}

// TestHostile: nothing of a name leaves its comment or its quotes.
func TestHostile(t *testing.T) {
	hostile := strings.Replace(enforcetest.Whole, "name: clinic", `name: "a\n---\nkind: Evil # {{.}} \" ' %s"`, 1)
	files, err := crossplane.Target.Write(enforcetest.Bounds(t, hostile))
	if err != nil {
		t.Fatal(err)
	}
	res := enforcetest.Judge(t, enforcetest.Options(t, hostile), files)
	for _, p := range res.Problems {
		t.Errorf("%s: %s", p.Origin.File, p.Message)
	}
	for _, f := range files {
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasPrefix(line, "kind: Evil") {
				t.Errorf("%s: the name got out: %s", f.Name, line)
			}
		}
	}
}

// TestClosed: a perimeter without any of these clouds has nothing to claim, and
// says why of each.
func TestClosed(t *testing.T) {
	files, err := crossplane.Target.Write(enforcetest.Bounds(t, strings.NewReplacer("allow: [EU]", "allow: [CH]", "allow: [EU, aws, google, microsoft]", "allow: [CH]").Replace(enforcetest.Whole)))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(files, func(f enforce.File) bool { return f.Name != "README.md" }) {
		t.Errorf("%d files are written", len(files))
	}
	if read := enforcetest.File(files, "README.md"); !strings.Contains(read, "Nothing may be built") || !strings.Contains(read, "| scaleway | ") {
		t.Error(read)
	}
}
