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
	b.ReportMetric(float64(embedded(open(b))), "embedded-bytes")
}

// embedded is what the knowledge adds to the binary, in bytes.
func embedded(k *KB) int {
	n := 0
	for _, files := range []map[string][]byte{k.files, k.packed} {
		for _, data := range files {
			n += len(data)
		}
	}
	return n
}

// The knowledge may add 3 MB to the binary.
func TestEmbeddedSize(t *testing.T) {
	const limit = 3_000_000
	n := embedded(open(t))
	if n == 0 || n > limit {
		t.Errorf("%d bytes are embedded, at most %d may be", n, limit)
	}
	t.Logf("%d bytes are embedded", n)
}
