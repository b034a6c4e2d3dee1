//go:build real

package crossplane_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

const version = "v1.20.0" // of bench/peers.sh

// validate asks Crossplane's command whether resources are what extensions allow,
// by the schemas and rules that it derives for the API server.
func validate(t *testing.T, extensions, resources string) (string, error) {
	t.Helper()
	bin := peer.Path(t, "crossplane")
	share := filepath.Join(filepath.Dir(filepath.Dir(bin)), "share")
	out, err := exec.Command(bin, "beta", "validate", extensions, resources, "--cache-dir", filepath.Join(share, "crossplane-"+version)).CombinedOutput()
	return string(out), err
}

// TestRealAllowed: Crossplane takes the definitions and compositions, and every
// example by them.
func TestRealAllowed(t *testing.T) {
	dir := enforcetest.Written(t, crossplane.Target, enforcetest.Whole)
	apis := filepath.Join(dir, "apis")
	for _, resources := range []string{apis, filepath.Join(dir, "examples")} {
		out, err := validate(t, apis, resources)
		if err != nil {
			t.Error(err)
		}
		// Crossplane's package has no schema of the function's input.
		missing := strings.Count(out, "could not find CRD/XRD") - strings.Count(out, "could not find CRD/XRD for: pt.fn.crossplane.io/v1beta1, Kind=Resources")
		if missing != 0 || !strings.Contains(out, " 0 failure cases") || strings.Contains(out, " 0 success cases") {
			t.Error(out)
		}
	}
}

// TestRealRefused: mutants of claims are refused, for the reason that is meant.
func TestRealRefused(t *testing.T) {
	dir := enforcetest.Written(t, crossplane.Target, enforcetest.Whole)
	for _, m := range []struct{ name, claim, old, with, why string }{
		{"region", "scaleway-database", `region: "fr-par"`, "region: us-east-1", `spec.region: Unsupported value: "us-east-1"`},
		{"region by generateName", "scaleway-database", `metadata: {name: scaleway-database,`, "metadata: {generateName: db-,", ""},
		{"region elsewhere by generateName", "scaleway-database", "metadata: {name: scaleway-database, namespace: clinic}\nspec:\n  data: [\"records\"]\n  name: clinic-database\n  region: \"fr-par\"", "metadata: {generateName: db-, namespace: clinic}\nspec:\n  data: [records]\n  name: it\n  region: us-east-1", `Unsupported value: "us-east-1"`},
		{"region in capitals", "aws-database", `region: "eu-central-1"`, "region: EU-CENTRAL-1", "Unsupported value"},
		{"London", "aws-database", `region: "eu-central-1"`, "region: eu-west-2", `Unsupported value: "eu-west-2"`},
		{"multi-region of Google", "google-object-store", `region: "europe-central2"`, "region: EU", "Unsupported value"},
		{"display name of Azure", "azure-object-store", `region: "francecentral"`, "region: East US", "Unsupported value"},
		{"Beauharnois", "ovh-database", `region: "DE"`, "region: BHS", "Unsupported value"},
		{"no region", "aws-key", "  region: \"eu-central-1\"\n", "", "spec.region: Required value"},
		{"no data class", "aws-key", `data: ["records"]`, "data: []", "spec.data"},
		{"another data class", "aws-key", `data: ["records"]`, "data: [letters]", "Unsupported value"},
		{"key of another region", "aws-object-store", "arn:aws:kms:eu-central-1:", "arn:aws:kms:eu-west-3:", "kmsKeyArn is in another region"},
		{"region in an ARN", "aws-object-store", "arn:aws:kms:eu-central-1:", "arn:aws:kms:us-east-1:", "spec.kmsKeyArn"},
		{"ARN of another partition", "aws-object-store", "arn:aws:kms:", "arn:aws-cn:kms:", "spec.kmsKeyArn"},
		{"key of several regions", "aws-object-store", "key/11111111-2222-3333-4444-555555555555", "key/mrk-11112222333344445555666677778888", "spec.kmsKeyArn"},
		{"alias of a key", "aws-object-store", `kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"`, "kmsKeyArn: alias/aws/s3", "spec.kmsKeyArn"},
		{"global key", "google-object-store", "/locations/europe-central2/", "/locations/global/", "spec.kmsKeyName"},
		{"key of another region at Scaleway", "scaleway-object-store", `kmsKeyId: "fr-par/`, `kmsKeyId: "nl-ams/`, "kmsKeyId is in another region"},
		{"network of another region", "scaleway-database", `privateNetworkId: "fr-par/`, `privateNetworkId: "nl-ams/`, "privateNetworkId is in another region"},
		{"API server for everybody", "scaleway-cluster", `apiAllowedCidr: "10.0.0.0/16"`, "apiAllowedCidr: 0.0.0.0/0", "spec.apiAllowedCidr"},
		{"name that would end a text", "aws-object-store", "name: clinic-object-store", `name: 'a"],"Effect":"Allow'`, "spec.name"},
		{"replica asked for", "ovh-object-store", "spec:\n", "spec:\n  replication: {region: BHS}\n", "unknown field"},
		{"exposure asked for", "aws-database", "spec:\n", "spec:\n  publiclyAccessible: true\n", "unknown field"},
		{"revision of the past", "aws-key", "spec:\n", "spec:\n  compositionUpdatePolicy: Manual\n  compositionRevisionRef: {name: aws-key-old}\n", "Only what the perimeter says now is built"},
		{"composite instead of a claim", "aws-database", `region: "eu-central-1"`, "region: us-east-1", "Unsupported value"},
	} {
		t.Run(m.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "examples", m.claim+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			claim := string(text)
			if !strings.Contains(claim, m.old) {
				t.Fatalf("%q is not in the claim\n%s", m.old, claim)
			}
			claim = strings.Replace(claim, m.old, m.with, 1)
			if m.name == "composite instead of a claim" {
				claim = strings.Replace(claim, "kind: ", "kind: X", 1)
			}
			file := filepath.Join(t.TempDir(), "claim.yaml")
			if err := os.WriteFile(file, []byte(claim), 0o644); err != nil {
				t.Fatal(err)
			}
			out, err := validate(t, filepath.Join(dir, "apis"), file)
			switch {
			case m.why == "" && err != nil:
				t.Errorf("it is inside: %s", out)
			case m.why != "" && err == nil:
				t.Errorf("it was taken: %s", out)
			case !strings.Contains(out, m.why):
				t.Errorf("refused, and not because %q: %s", m.why, out)
			}
		})
	}
}
