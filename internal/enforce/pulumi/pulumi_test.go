package pulumi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/pulumi"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// except are the index that the pack's own packages come from and the state of the
// example, which are where npm and Pulumi are told, and the papers of a transfer to
// places that the perimeter lets in.
func except(f *finding.Finding) bool {
	return f.Subject == "package.json" || f.Subject == "pulumi.backend" || f.Rule == "FLW-007"
}

// TestBack: a pack is no resource, and our sources read none in it. What they read
// is the example, which real_test.go gives to the engine: what it lets be passes,
// and what fails here is refused there.
func TestBack(t *testing.T) {
	var list []enforcetest.Mutant
	for _, m := range mutants {
		if m.rule != "" {
			list = append(list, enforcetest.Mutant{Name: m.name, Old: m.old, New: m.with, Rule: m.rule})
		}
	}
	(&enforcetest.Back{
		Target: pulumi.Target, Perimeter: enforcetest.Whole, Except: except,
		Pass:    []graph.RuleID{"OPR-001", "LOC-001", "LOC-006", "KEY-001", "KEY-003", "EGR-012"},
		Mutants: list,
	}).Run(t)
}

// A mutant is a change of the example that the engine must refuse, and our own
// rule that fails for it; "" when the change is none that a file shows.
type mutant struct {
	name, old, with string
	rule            graph.RuleID
	why             string // of what the engine says
}

var mutants = []mutant{
	{"region", `region: "fr-par"`, `region: "us-east-1"`, "", "us-east-1, and inside are"},
	{"region of aws", `region: "eu-central-1"`, `region: "us-east-1"`, "LOC-001", "us-east-1, and inside are"},
	{"London", `region: "eu-central-1"`, `region: "eu-west-2"`, "LOC-001", "eu-west-2, and inside are"},
	{"location of azure", `location: "austriaeast"`, `location: "East US"`, "LOC-001", "East US, and inside are"},
	{"region of google", `region: "europe-central2"`, `region: "us-central1"`, "LOC-001", "us-central1, and inside are"},
	{"region of ovh", `regionName: "DE"`, `regionName: BHS`, "LOC-001", "BHS, and inside are"},
	{"backups of google", `location: "europe-central2"`, `location: "us"`, "LOC-006", "settings.backupConfiguration.location is us"},
	{"backups of scaleway", `backupSameRegion: true`, `backupSameRegion: false`, "", "Backups would go to another region"},
	{"key of another region", `arn:aws:kms:eu-central-1:`, `arn:aws:kms:us-east-1:`, "KEY-003", "kmsKeyId is us-east-1"},
	{"key of another partition", `arn:aws:kms:`, `arn:aws-cn:kms:`, "", "the partition aws-cn"},
	{"key of another place", `/locations/europe-central2/`, `/locations/us-central1/`, "KEY-003", "encryptionKeyName is us-central1"},
	{"global key", `/locations/europe-central2/`, `/locations/global/`, "", "encryptionKeyName is global"},
	{"key of several regions", `multiRegion: false`, `multiRegion: true`, "KEY-003", "can be copied out"},
	{"no encryption", `storageEncrypted: true`, `storageEncrypted: false`, "KEY-001", "storageEncrypted: it must be true"},
	{"no encryption at scaleway", `encryptionAtRest: true`, `encryptionAtRest: false`, "KEY-001", "encryptionAtRest: it must be true"},
	{"no key", `customerManagedKey: `, `other: `, "KEY-001", "customerManagedKey.keyVaultKeyId: it is not set"},
	{"public database", `publiclyAccessible: false`, `publiclyAccessible: true`, "EGR-012", "publiclyAccessible: it is true"},
	{"public store", `publicNetworkAccessEnabled: false`, `publicNetworkAccessEnabled: true`, "EGR-012", "publicNetworkAccessEnabled: it must be false"},
	{"public database of google", `ipv4Enabled: false`, `ipv4Enabled: true`, "", "ipv4Enabled: it must be false"},
	{"copies to the pair", `accountReplicationType: ZRS`, `accountReplicationType: GRS`, "", "accountReplicationType"},
	{"unknown package", `type: ovh:CloudProject/storage:Storage`, `type: nimbus:index/bucket:Bucket`, "", "nimbus is no package"},
	{"dynamic provider", `type: ovh:CloudProject/storage:Storage`, `type: pulumi-nodejs:dynamic:Resource`, "", "pulumi-nodejs is no package"},
	{"command", `type: ovh:CloudProject/storage:Storage`, `type: command:local:Command`, "", "command is no package"},
	{"replication of a bucket", `type: aws:kms/key:Key`, `type: aws:s3/bucketReplicationConfig:BucketReplicationConfig`, "", "copies of buckets are refused"},
}

// TestClosed: packages of clouds whose operators are outside are refused whole.
func TestClosed(t *testing.T) {
	files, err := pulumi.Target.Write(enforcetest.Bounds(t, strings.Replace(enforcetest.Whole, "[EU, aws, google, microsoft]", "[EU]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pulumi.Read([]byte(enforcetest.File(files, "perimeter.json")))
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]bool{"aws": true, "aws-native": true, "azure": true, "azure-native": true, "gcp": true, "ovh": false, "scaleway": false, "stackit": false} {
		if k := p.Packages[name]; (k.Why != "") != refused || (len(k.Regions) == 0) != refused {
			t.Errorf("%s: %q %v", name, k.Why, k.Regions)
		}
	}
	for _, r := range p.Rules {
		if strings.HasPrefix(r.Types[0], "aws:") {
			t.Errorf("%s is of what is refused anyway", r.Name)
		}
	}
}

// TestWithheld: types of blocks whose key, machines or models the perimeter does not
// let be are refused, for the reason that the modules give.
func TestWithheld(t *testing.T) {
	for _, c := range []struct{ old, with, rule, kind, why string }{
		{"microsoft]}}}", "microsoft], min_grade: 1}}}", "no-scaleway-database", "scaleway:databases/instance:Instance", "grade 0"},
		{"holder: [customer, EU, aws, google, microsoft]", "holder: [customer]", "no-aws-database", "aws:rds/instance:Instance", "held by"},
		{"gdpr: special,", "gdpr: special, in_use: encrypted,", "no-aws-cluster", "aws:eks/cluster:Cluster", "protection in use"},
		{"  data:", "  stack: {models: [mistral]}\n  data:", "no-aws-model-endpoint", "aws:sagemaker/endpoint:Endpoint", "approves models"},
		{"  data:", "  stack: {models: [mistral]}\n  data:", "models-of-scaleway", "scaleway:inference/deployment:Deployment", "approves models"},
	} {
		text := strings.Replace(enforcetest.Whole, c.old, c.with, 1)
		if text == enforcetest.Whole {
			t.Fatalf("%q is not in the perimeter", c.old)
		}
		files, err := pulumi.Target.Write(enforcetest.Bounds(t, text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := pulumi.Read([]byte(enforcetest.File(files, "perimeter.json")))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(p.Rules, func(r pulumi.Rule) bool { return r.Name == c.rule })
		if i < 0 || !slices.Contains(p.Rules[i].Types, c.kind) || !strings.Contains(p.Rules[i].Refuse, c.why) {
			t.Errorf("%s: no rule %s that says %q", c.with, c.rule, c.why)
		}
	}
}

// TestNames: a type is meant by every name that its package has for it.
func TestNames(t *testing.T) {
	files, err := pulumi.Target.Write(enforcetest.Bounds(t, strings.Replace(enforcetest.Whole, "  data:", "  stack: {models: [mistral]}\n  data:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pulumi.Read([]byte(enforcetest.File(files, "perimeter.json")))
	if err != nil {
		t.Fatal(err)
	}
	for rule, types := range map[string][]string{
		"backups-stay":                {"scaleway:databases/instance:Instance", "scaleway:index/databaseInstance:DatabaseInstance"},
		"encrypted-scaleway-database": {"scaleway:index/databaseInstance:DatabaseInstance"},
		"public-acl":                  {"scaleway:object/bucketAcl:BucketAcl", "scaleway:index/objectBucketAcl:ObjectBucketAcl"},
		"models-of-scaleway":          {"scaleway:inference/deployment:Deployment", "scaleway:index/inferenceDeployment:InferenceDeployment"},
		"key-of-one-region":           {"aws:kms/key:Key", "aws-native:kms:Key"},
		"key-replica":                 {"aws-native:kms:ReplicaKey"},
		"copies-of-bucket":            {"aws:s3/bucket:Bucket", "aws-native:s3:Bucket"},
		"public-database":             {"aws-native:rds:DbInstance"},
		"encrypted-database":          {"aws-native:rds:DbInstance", "aws-native:rds:DbCluster"},
	} {
		i := slices.IndexFunc(p.Rules, func(r pulumi.Rule) bool { return r.Name == rule })
		for _, kind := range types {
			if i < 0 || !slices.Contains(p.Rules[i].Types, kind) {
				t.Errorf("%s does not speak of %s", rule, kind)
			}
		}
	}
	for _, kind := range []string{"scaleway:keymanager/key:Key", "scaleway:index/keyManagerKey:KeyManagerKey", "scaleway:index/objectBucket:ObjectBucket", "scaleway:index/kubernetesCluster:KubernetesCluster"} {
		if !slices.Contains(p.Placed, kind) {
			t.Errorf("%s need not say where it is", kind)
		}
	}
}

func TestHostile(t *testing.T) {
	files, err := pulumi.Target.Write(enforcetest.Bounds(t, strings.Replace(enforcetest.Whole, "name: clinic", `name: "a\n\"; process.exit(0); // ${x} {{.}}\nruntime: python"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasPrefix(line, "runtime: python") || strings.HasPrefix(line, `"; process`) {
				t.Errorf("%s: the name got out: %s", f.Name, line)
			}
		}
	}
}
