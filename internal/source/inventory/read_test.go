package inventory_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/inventory"
)

func tree(t *testing.T, archive string) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	files := txtar.Parse([]byte(archive)).Files
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	for _, f := range files {
		if inventory.Match(f.Name, f.Data) {
			out = append(out, f.Name)
		}
	}
	return out
}

func say(rds []graph.Reading) string {
	var out []string
	for _, rd := range rds {
		s := fmt.Sprint(rd.Value)
		if rd.Unknown != "" {
			s = "? " + rd.Unknown
		}
		if len(rd.Refs) > 0 {
			s += fmt.Sprint(" ", rd.Refs)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func find(t *testing.T, f *graph.Facts, address string) *graph.Asset {
	t.Helper()
	var all []string
	for i := range f.Assets {
		if string(f.Assets[i].Address) == address {
			return &f.Assets[i]
		}
		all = append(all, string(f.Assets[i].Address))
	}
	t.Fatalf("there is no %s among %q, problems %v", address, all, f.Problems)
	return nil
}

const snapshot = `{"fileVersion": "1.0", "configSnapshotId": "x",
 "configurationItems": [
  {"configurationItemVersion": "1.3", "configurationItemCaptureTime": "2026-01-02T00:00:00Z", "resourceType": "AWS::S3::Bucket", "resourceId": "corpus", "ARN": "arn:aws:s3:::corpus", "awsRegion": "eu-central-1", "configurationItemStatus": "OK",
   "configuration": {"name": "corpus"}, "supplementaryConfiguration": {"BucketPolicy": "{\"policyText\":null}"}, "tags": {"a": "b"}},
  {"configurationItemCaptureTime": "2026-01-01T00:00:00Z", "resourceType": "AWS::S3::Bucket", "resourceId": "corpus", "ARN": "arn:aws:s3:::corpus", "awsRegion": "us-east-1", "configuration": {}},
  {"resourceType": "AWS::RDS::DBInstance", "resourceId": "db-1", "awsRegion": "eu-west-1", "configuration": "{\"storageEncrypted\":true,\"kmsKeyId\":\"arn:aws:kms:eu-west-1:1:key/k\"}"},
  {"resourceType": "AWS::KMS::Key", "resourceId": "k", "ARN": "arn:aws:kms:eu-west-1:1:key/k", "awsRegion": "eu-west-1", "configuration": {"keyId": "k"}},
  {"resourceType": "AWS::ECS::Cluster", "resourceId": "c", "awsRegion": "eu-west-1", "configuration": {"ClusterName": "c"}, "tags": {"data_class": "x"}},
  {"resourceType": "AWS::SQS::Queue", "resourceId": "q", "awsRegion": "eu-west-1", "configurationItemStatus": "ResourceDeleted"}
 ]}
`

func TestAWS(t *testing.T) {
	f := inventory.Read(tree(t, "-- snap.json --\n"+snapshot))
	if err := f.Check(); err != nil || len(f.Problems) > 0 || len(f.Assets) != 4 || f.Blocks != 5 || f.Absent != 1 {
		t.Fatal(err, f.Problems, len(f.Assets), f.Blocks, f.Absent)
	}
	b := find(t, &f, "arn:aws:s3:::corpus")
	if b.Origin.Line != 3 || b.Language != "aws-config" || b.Type != "AWS::S3::Bucket" || say(b.Provider.Attrs.Read("region")) != "eu-central-1" {
		t.Errorf("%+v", b)
	}
	if got := say(b.Attrs.Read("supplementaryConfiguration.BucketPolicy")); got != "map[policyText:<nil>]" {
		t.Error(got)
	}
	db := find(t, &f, "AWS::RDS::DBInstance/db-1")
	if got := say(db.Attrs.Read("configuration.kmsKeyId")); got != "arn:aws:kms:eu-west-1:1:key/k" {
		t.Error(got)
	}
	c := find(t, &f, "AWS::ECS::Cluster/c")
	if c.Language != "cloudformation" || say(c.Attrs.Read("ClusterName")) != "c" || say(c.Attrs.Read("Tags")) != "map[data_class:x]" {
		t.Errorf("%+v", c)
	}
}

func TestPacked(t *testing.T) {
	t.Chdir(t.TempDir())
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(snapshot))
	z.Close()
	const name = "1_Config_eu-central-1_ConfigSnapshot_x.json.gz"
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if !inventory.Match(name, b.Bytes()) || inventory.Match("other.json.gz", b.Bytes()) {
		t.Error("a packed snapshot is known by its name")
	}
	if f := inventory.Read([]string{name}); len(f.Assets) != 4 {
		t.Errorf("%d assets, %v", len(f.Assets), f.Problems)
	}
	if err := os.WriteFile(name, b.Bytes()[:b.Len()/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if f := inventory.Read([]string{name}); len(f.Assets) != 0 || len(f.Problems) != 1 {
		t.Errorf("a cut one gives %d assets, %v", len(f.Assets), f.Problems)
	}
}

const assets = `-- export.ndjson --
{"name":"//storage.googleapis.com/corpus","asset_type":"storage.googleapis.com/Bucket","resource":{"version":"v1","discovery_name":"Bucket","data":{"name":"corpus","location":"EUROPE-WEST3","encryption":{"defaultKmsKeyName":"projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k"}},"location":"europe-west3"},"ancestors":["projects/1"]}
{"name":"//cloudkms.googleapis.com/projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k","asset_type":"cloudkms.googleapis.com/CryptoKey","resource":{"data":{"purpose":"ENCRYPT_DECRYPT"},"location":"europe-west3"}}
{"name":"//storage.googleapis.com/corpus","asset_type":"storage.googleapis.com/Bucket","iam_policy":{"bindings":[]}}
-- list.json --
[{"assetType": "compute.googleapis.com/Instance", "name": "//compute.googleapis.com/projects/p/zones/europe-west1-b/instances/i", "location": "europe-west1-b", "labels": {"a": "b"}}]
`

func TestGoogle(t *testing.T) {
	f := inventory.Read(tree(t, assets))
	if err := f.Check(); err != nil || len(f.Problems) > 0 || len(f.Assets) != 3 {
		t.Fatal(err, f.Problems, len(f.Assets))
	}
	b := find(t, &f, "//storage.googleapis.com/corpus")
	for path, want := range map[string]string{"location": "EUROPE-WEST3", "assetLocation": "europe-west3",
		"encryption.defaultKmsKeyName": "projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k [//cloudkms.googleapis.com/projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k]"} {
		if got := say(b.Attrs.Read(path)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	i := find(t, &f, "//compute.googleapis.com/projects/p/zones/europe-west1-b/instances/i")
	if say(i.Attrs.Read("assetLocation")) != "europe-west1-b" || say(i.Attrs.Read("labels.a")) != "b" {
		t.Errorf("%+v", i)
	}
}

const azure = `-- list.json --
[
  {"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s", "location": "westeurope", "name": "s", "properties": {"publicNetworkAccess": "Disabled"}, "type": "Microsoft.Storage/storageAccounts"}
]
-- graph.json --
{"count": 2, "data": [
  {"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Sql/servers/s/databases/d", "type": "microsoft.sql/servers/databases", "location": "northeurope"},
  {"id": "/subscriptions/1/resourceGroups/G/providers/Microsoft.Sql/servers/s", "type": "microsoft.sql/servers", "location": "northeurope"}]}
-- deploy.json --
{"$schema": "x", "resources": [{"id": "/subscriptions/1", "type": "Microsoft.Sql/servers"}]}
`

func TestAzure(t *testing.T) {
	f := inventory.Read(tree(t, azure))
	if err := f.Check(); err != nil || len(f.Problems) > 0 || len(f.Assets) != 3 {
		t.Fatal(err, f.Problems, len(f.Assets))
	}
	s := find(t, &f, "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s")
	if s.Language != "arm" || say(s.Attrs.Read("Properties.PublicNetworkAccess")) != "Disabled" {
		t.Errorf("%+v", s)
	}
	d := find(t, &f, "/subscriptions/1/resourceGroups/g/providers/Microsoft.Sql/servers/s/databases/d")
	if got := say(d.Attrs.Read("parent")); !strings.HasSuffix(got, "[/subscriptions/1/resourceGroups/G/providers/Microsoft.Sql/servers/s]") {
		t.Error(got)
	}
}

const custodian = `-- a/metadata.json --
{"policy": {"name": "p", "resource": "rds"}, "config": {"region": "eu-west-1"}}
-- a/resources.json --
[{"DBInstanceIdentifier": "d", "StorageEncrypted": true, "DBInstanceArn": "arn:aws:rds:eu-west-1:1:db:d"}, {"DBInstanceIdentifier": "e"}]
-- b/metadata.json --
{"policy": {"name": "p", "resource": "azure.vm"}}
-- b/resources.json --
[{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v", "type": "Microsoft.Compute/virtualMachines", "location": "westeurope"}]
-- c/resources.json --
[{"id": 1}]
-- d/metadata.json --
{"policy": {}}
-- d/resources.json --
[]
`

func TestCustodian(t *testing.T) {
	f := inventory.Read(tree(t, custodian))
	if err := f.Check(); err != nil || len(f.Assets) != 3 {
		t.Fatal(err, f.Problems, len(f.Assets))
	}
	d := find(t, &f, "aws.rds/arn:aws:rds:eu-west-1:1:db:d")
	if d.Type != "aws.rds" || d.Language != "custodian" || say(d.Provider.Attrs.Read("region")) != "eu-west-1" || say(d.Attrs.Read("StorageEncrypted")) != "true" {
		t.Errorf("%+v", d)
	}
	find(t, &f, "aws.rds/e")
	if v := find(t, &f, "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v"); v.Language != "arm" {
		t.Errorf("%+v", v)
	}
	if len(f.Problems) != 1 || f.Problems[0].Origin.File != "d/resources.json" {
		t.Error(f.Problems)
	}
}

func TestBad(t *testing.T) {
	const one = `{"configurationItems": [{"resourceType": "AWS::S3::Bucket", "resourceId": "b"},` + "\n"
	for src, want := range map[string]string{
		one + `{"resourceType": "AWS::S3::Bucket", "resou`: "x.json:1",
		one + "{}]}": "x.json:2",
		one + "1]}":  "x.json:2",
		`{"status": 200, "data": ` + one + `{"resourceType": "AWS::S3::Bucket"}]}}`: "", // an answer that was recorded
	} {
		f := inventory.Read(tree(t, "-- x.json --\n"+src))
		var got []string
		for _, p := range f.Problems {
			got = append(got, fmt.Sprintf("%s:%d", p.Origin.File, p.Origin.Line))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v", src, f.Problems)
		}
	}
}

// A hundred thousand resources are read, and cost little more than their bytes.
func TestMany(t *testing.T) {
	t.Chdir(t.TempDir())
	var b strings.Builder
	b.WriteString(`{"configurationItems": [`)
	const n = 100_000
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"resourceType": "AWS::S3::Bucket", "resourceId": "b%d", "ARN": "arn:aws:s3:::b%d", "awsRegion": "eu-central-1", "configuration": {"name": "b%d"}}`, i, i, i)
	}
	b.WriteString("]}")
	if err := os.WriteFile("x.json", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	f := inventory.Read([]string{"x.json"})
	if len(f.Assets) != n || len(f.Problems) > 0 {
		t.Fatalf("%d assets, %v", len(f.Assets), f.Problems)
	}
	if a := f.Assets[n-1]; a.Origin.Line != n || say(a.Attrs.Read("configuration.name")) != fmt.Sprintf("b%d", n-1) {
		t.Errorf("%+v", a)
	}
}
