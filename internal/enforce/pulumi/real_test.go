//go:build real

package pulumi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/pulumi"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// providers are those that bench/pulumistub stands in for.
var providers = []string{"aws", "azure", "azure-native", "command", "gcp", "nimbus", "ovh", "pulumi-nodejs", "scaleway"}

// launch starts the pack as the engine's own host for Node does, which no module
// has: an engine starts a pack that is a program as it is.
const launch = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nexec node -e 'require(\"@pulumi/pulumi/cmd/run-policy-pack\")' run-policy-pack \"$1\" .\n"

// An engine is Pulumi's, with a stack of its own and the pack of one perimeter.
type engine struct {
	bin, dir, pack string
	env            []string
}

func start(t *testing.T) *engine {
	t.Helper()
	e := &engine{bin: peer.Path(t, "pulumi"), dir: t.TempDir(), pack: enforcetest.Written(t, pulumi.Target, enforcetest.Whole)}
	modules := filepath.Join(filepath.Dir(filepath.Dir(e.bin)), "share", "pulumi-pack", "node_modules")
	if _, err := os.Stat(modules); err != nil {
		t.Fatalf("%v; install it with bench/peers.sh pulumi", err)
	}
	write(t, filepath.Join(e.pack, "run"), launch, 0o755)
	if err := os.Symlink(modules, filepath.Join(e.pack, "node_modules")); err != nil {
		t.Fatal(err)
	}
	plugins := filepath.Join(e.dir, "plugins")
	for _, name := range []string{"home", "state", "plugins"} {
		if err := os.Mkdir(filepath.Join(e.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	stub := filepath.Join(plugins, "pulumi-language-yaml")
	build := exec.Command("go", "build", "-o", stub, ".")
	build.Dir = filepath.Join("..", "..", "..", "bench", "pulumistub")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the plugin cannot be built: %v\n%s", err, out)
	}
	for _, name := range providers {
		if err := os.Link(stub, filepath.Join(plugins, "pulumi-resource-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	e.env = append(os.Environ(), "PATH="+plugins+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PULUMI_HOME="+filepath.Join(e.dir, "home"), "PULUMI_BACKEND_URL=file://"+filepath.ToSlash(filepath.Join(e.dir, "state")), "PULUMI_CONFIG_PASSPHRASE=",
		"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true", "AWS_REGION=eu-central-1")
	write(t, filepath.Join(e.dir, "program", "Pulumi.yaml"), "name: clinic\nruntime: yaml\n", 0o644)
	if out, err := e.run("stack", "init", "dev"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return e
}

// example is the program that the target writes.
func (e *engine) example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(e.pack, "example", "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func (e *engine) run(args ...string) (string, error) {
	c := exec.Command(e.bin, append(args, "--non-interactive")...)
	c.Dir, c.Env = filepath.Join(e.dir, "program"), e.env
	out, err := c.CombinedOutput()
	return string(out), err
}

// preview asks the engine what it would make of a program, under the pack.
func (e *engine) preview(t *testing.T, program, config string) (string, error) {
	t.Helper()
	write(t, filepath.Join(e.dir, "program", "Pulumi.yaml"), program, 0o644)
	write(t, filepath.Join(e.dir, "program", "Pulumi.dev.yaml"), config, 0o644)
	return e.run("preview", "--stack", "dev", "--policy-pack", filepath.Join(e.pack, "run"))
}

const (
	none      = "{}\n"
	beginning = "name: clinic\nruntime: yaml\nresources:\n"
	key       = "  key:\n    type: aws:kms/key:Key\n"
)

// ways are ways out, and in, that are no change of the example.
var ways = []struct{ name, program, config, why string }{
	{"region of the configuration inside", beginning + key, "config: {aws:region: eu-central-1}\n", ""},
	{"region of the configuration", beginning + key, "config: {aws:region: us-east-1}\n", "region is us-east-1"},
	{"region of the environment", beginning + key, none, "it does not say where it is"},
	{"provider of an alias", beginning + "  there:\n    type: pulumi:providers:aws\n    properties: {region: us-east-1}\n" + key + "    options: {provider: \"${there}\"}\n", "config: {aws:region: eu-central-1}\n", "its provider is in us-east-1"},
	{"bucket where the provider is", beginning + "  store:\n    type: scaleway:object/bucket:Bucket\n    properties: {name: data}\n", none, "it does not say where it is"},
	{"zone inside", beginning + "  disk:\n    type: scaleway:block/volume:Volume\n    properties: {zone: fr-par-2}\n", none, ""},
	{"zone", beginning + "  disk:\n    type: gcp:compute/disk:Disk\n    properties: {zone: us-central1-a}\n", none, "zone is us-central1-a"},
	{"copy of a table", beginning + "  table:\n    type: aws:dynamodb/table:Table\n    properties: {region: eu-central-1, replicas: [{regionName: eu-west-1}, {regionName: us-east-1}]}\n", "config: {aws:region: eu-central-1}\n", "replicas.regionName is us-east-1"},
	{"replica of a database", beginning + "  replica:\n    type: aws:rds/instance:Instance\n    properties: {replicateSourceDb: \"arn:aws:rds:us-east-1:111122223333:db:records\"}\n", "config: {aws:region: eu-central-1}\n", "replicateSourceDb is us-east-1"},
	{"global deployment of a model", beginning + "  model:\n    type: azure:cognitive/deployment:Deployment\n    properties: {sku: {name: GlobalStandard}}\n", none, "compute anywhere"},
	{"multi-region of Google", beginning + "  store:\n    type: gcp:storage/bucket:Bucket\n    properties: {location: US, publicAccessPrevention: enforced, encryption: {defaultKmsKeyName: \"projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k\"}}\n", none, "location is US"},
	{"database by its name of before", beginning + "  base:\n    type: scaleway:index/databaseInstance:DatabaseInstance\n    properties: {region: fr-par, encryptionAtRest: true}\n", none, "Backups would go to another region"},
	{"store where the provider is, by its name of before", beginning + "  store:\n    type: scaleway:index/objectBucket:ObjectBucket\n    properties: {name: data}\n", none, "it does not say where it is"},
	{"store of a version of the interface", beginning + "  store:\n    type: azure-native:storage/v20230101:StorageAccount\n    properties: {location: westeurope, sku: {name: Standard_ZRS}, encryption: {keySource: Microsoft.Keyvault}, publicNetworkAccess: Enabled}\n", none, "Stores have no public address"},
	{"model of a version of the interface", beginning + "  model:\n    type: azure-native:cognitiveservices/v20241001:Deployment\n    properties: {sku: {name: GlobalStandard}}\n", none, "compute anywhere"},
	{"copies that a bucket asks for itself", beginning + "  store:\n    type: aws:s3/bucket:Bucket\n    properties: {replicationConfiguration: {role: r, rules: [{status: Enabled, destination: {bucket: \"arn:aws:s3:::copy\"}}]}}\n", "config: {aws:region: eu-central-1}\n", "replicationConfiguration: it is set"},
	{"copies that a bucket of before asks for itself", beginning + "  store:\n    type: aws:s3/bucketV2:BucketV2\n    properties: {replicationConfigurations: [{role: r, rules: [{status: Enabled, destinations: [{bucket: \"arn:aws:s3:::copy\"}]}]}]}\n", "config: {aws:region: eu-central-1}\n", "replicationConfigurations: it is set"},
	{"key of several regions in a word", beginning + "  key:\n    type: aws:kms/key:Key\n    properties: {multiRegion: \"true\"}\n", "config: {aws:region: eu-central-1}\n", "can be copied out"},
	{"public bucket", beginning + "  store:\n    type: aws:s3/bucket:Bucket\n    properties: {acl: public-read}\n", "config: {aws:region: eu-central-1}\n", "acl: it is \"public-read\""},
}

// TestReal gives the example, mutants of it and other ways out to Pulumi's engine.
func TestReal(t *testing.T) {
	e := start(t)
	example := e.example(t)
	judge := func(t *testing.T, program, config, why string) {
		t.Helper()
		out, err := e.preview(t, program, config)
		switch {
		case why == "" && (err != nil || !strings.Contains(out, "bailiwick@v1.0.0")):
			t.Errorf("it is inside: %v\n%s", err, out)
		case why != "" && err == nil:
			t.Errorf("it was let be\n%s", out)
		case why != "" && (!strings.Contains(out, why) || !strings.Contains(out, "[mandatory]")):
			t.Errorf("refused, and not because %q\n%s", why, out)
		}
	}
	t.Run("allowed/example", func(t *testing.T) { judge(t, example, none, "") })
	for _, m := range mutants {
		t.Run("refused/"+m.name, func(t *testing.T) {
			if !strings.Contains(example, m.old) {
				t.Fatalf("%q is not in the example", m.old)
			}
			judge(t, strings.ReplaceAll(example, m.old, m.with), none, m.why)
		})
	}
	for _, w := range ways {
		t.Run("way/"+w.name, func(t *testing.T) { judge(t, w.program, w.config, w.why) })
	}
}

// TestRealUpdate: what is refused is not made, although nobody looked at a preview.
func TestRealUpdate(t *testing.T) {
	e := start(t)
	example := e.example(t)
	write(t, filepath.Join(e.dir, "program", "Pulumi.yaml"), strings.Replace(example, `regionName: "DE"`, "regionName: BHS", 1), 0o644)
	if out, err := e.run("up", "--yes", "--skip-preview", "--stack", "dev", "--policy-pack", filepath.Join(e.pack, "run")); err == nil {
		t.Fatalf("it was made\n%s", out)
	}
	state, err := e.run("stack", "export", "--stack", "dev")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(state, "ovh-store") || !strings.Contains(state, "aws-key") {
		t.Errorf("the state has\n%s", state)
	}
}
