package kb

import "testing"

// Targets: everything in 20 ms, a look-up in 1 µs.

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		open(b)
	}
}

// BenchmarkOpenAndDialect is what a check pays: open, and one provider's words.
func BenchmarkOpenAndDialect(b *testing.B) {
	for b.Loop() {
		k := open(b)
		if _, ok := k.Type("terraform", "hashicorp/aws", "aws_s3_bucket"); !ok {
			b.Fatal("no such type")
		}
		k.Region("aws", "eu-central-1")
		if _, err := k.Expand("EU", day(b, "2026-11-25")); err != nil {
			b.Fatal(err)
		}
		k.Operators()
	}
}

func BenchmarkRegion(b *testing.B) {
	k := open(b)
	for b.Loop() {
		k.Region("aws", "eu-central-1")
	}
}

func BenchmarkHost(b *testing.B) {
	k := open(b)
	for b.Loop() {
		k.Host("bedrock-runtime.eu-central-1.amazonaws.com")
	}
}

// BenchmarkOpenAll opens the knowledge and decodes all of it. With it goes what
// the knowledge adds to the binary.
func BenchmarkOpenAll(b *testing.B) {
	for b.Loop() {
		open(b).decodeAll()
	}
	n := 0
	for _, data := range open(b).files {
		n += len(data)
	}
	b.ReportMetric(float64(n), "embedded-bytes")
}

// The knowledge may add 3.3 MB to the binary. When more dialects push it over,
// embed one compressed archive instead: gzip makes an eighth of it.
func TestEmbeddedSize(t *testing.T) {
	const limit = 3_300_000
	n := 0
	for _, data := range open(t).files {
		n += len(data)
	}
	if n == 0 || n > limit {
		t.Errorf("%d bytes are embedded, at most %d may be", n, limit)
	}
	t.Logf("%d bytes are embedded", n)
}
