package assess_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// BenchmarkCheck reads and judges a whole tree, without writing the result.
func BenchmarkCheck(b *testing.B) {
	b.Run("20000-of-one-block", func(b *testing.B) {
		benchmark(b, 20000, `provider "aws" { region = "us-east-1" }
locals { names = { for p in setproduct(range(200), range(100)) : "n${p[0]}-${p[1]}" => p[1] } }
resource "aws_s3_bucket" "b" {
  for_each = local.names
  bucket   = each.key
  tags     = { data_class = "a" }
}
`)
	})
	b.Run("10000-distinct", func(b *testing.B) {
		var text strings.Builder
		text.WriteString("provider \"aws\" { region = \"eu-central-1\" }\n")
		regions := []string{"eu-west-1", "eu-central-1", "us-east-1", "eu-north-1", "ap-south-1"}
		for i := range 2500 {
			r := regions[i%len(regions)]
			fmt.Fprintf(&text, "resource \"aws_kms_key\" \"k%d\" {\n  region = %q\n}\n", i, r)
			fmt.Fprintf(&text, "resource \"aws_s3_bucket\" \"b%d\" {\n  bucket = \"b%d\"\n  region = %q\n  tags = { data_class = \"a\" }\n}\n", i, i, r)
			fmt.Fprintf(&text, "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"e%d\" {\n  bucket = aws_s3_bucket.b%d.id\n  rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm     = \"aws:kms\"\n      kms_master_key_id = aws_kms_key.k%d.arn\n    }\n  }\n}\n", i, i, i)
			fmt.Fprintf(&text, "resource \"aws_db_instance\" \"d%d\" {\n  region = %q\n  kms_key_id = aws_kms_key.k%d.arn\n  backup_retention_period = %d\n}\n", i, r, i, i%30)
		}
		benchmark(b, 7500, text.String())
	})
}

func benchmark(b *testing.B, assets int, text string) {
	dir := b.TempDir()
	read(b, dir, text)
	o := options(b, eu+"  data: {a: {keys: {holder: [EU]}}, b: {}}\n")
	b.ReportAllocs()
	for b.Loop() {
		f := all.Read([]string{dir}, all.Options{})
		res, err := assess.Run(context.Background(), &f, o)
		if err != nil {
			b.Fatal(err)
		}
		if res.Summary.Assets != assets || res.Summary.Fail == 0 {
			b.Fatalf("%d assets, %d findings", res.Summary.Assets, res.Summary.Fail)
		}
	}
	b.ReportMetric(float64(assets)*float64(b.N)/b.Elapsed().Seconds(), "assets/s")
}
