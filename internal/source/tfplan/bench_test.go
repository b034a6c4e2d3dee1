package tfplan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// largePlan is a plan of n buckets in one block with count, each with a key
// of its own, and the forty attributes that real buckets have.
func largePlan(n int) []byte {
	var b bytes.Buffer
	attrs := &bytes.Buffer{}
	for i := range 40 {
		fmt.Fprintf(attrs, `,"attribute_%d":{"name":"value of some length","list":["a","b",%d]}`, i, i)
	}
	b.WriteString(`{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"address":"aws_s3_bucket.b[%d]","mode":"managed","type":"aws_s3_bucket","name":"b","index":%d,"values":{"bucket":"b%d"%s}}`, i, i, i, attrs)
	}
	b.WriteString(`]}},"resource_changes":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"address":"aws_s3_bucket.b[%d]","mode":"managed","type":"aws_s3_bucket","name":"b","index":%d,"provider_name":"registry.terraform.io/hashicorp/aws",
"change":{"actions":["create"],"before":null,"after":{"bucket":"b%d"%s},"after_unknown":{"arn":true,"kms_key_id":true},"after_sensitive":{}}}`, i, i, i, attrs)
	}
	b.WriteString(`],"configuration":{"provider_config":{"aws":{"name":"aws","full_name":"registry.terraform.io/hashicorp/aws","expressions":{"region":{"constant_value":"eu-central-1"}}}},
"root_module":{"resources":[{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","provider_config_key":"aws",
"expressions":{"bucket":{"references":["count.index"]},"kms_key_id":{"references":["aws_s3_bucket.b","count.index"]}}}]}}}`)
	return b.Bytes()
}

func BenchmarkRead10000(b *testing.B) {
	src := largePlan(10_000)
	file := filepath.Join(b.TempDir(), "plan.json")
	if err := os.WriteFile(file, src, 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		f := Read([]string{file})
		if len(f.Assets) != 10_000 || len(f.Problems) > 0 {
			b.Fatalf("%d assets, %v", len(f.Assets), f.Problems)
		}
		for i := range f.Assets {
			for _, path := range []string{"bucket", "region", "kms_key_id", "attribute_7.name", "replication.rule.bucket", "tags.class"} {
				f.Assets[i].Attrs.Read(path)
			}
			f.Assets[i].Provider.Attrs.Read("region")
		}
	}
}
