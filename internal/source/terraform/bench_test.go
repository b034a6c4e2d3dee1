package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readBench reads files and then one reference and one region of each asset.
func readBench(b *testing.B, assets int, path string, files map[string]string) {
	b.Helper()
	dir := b.TempDir()
	var names []string
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		names = append(names, p)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		f := Read(names, Options{MaxFileBytes: 64 << 20})
		if len(f.Assets) != assets || len(f.Problems) > 0 {
			b.Fatalf("%d assets, want %d; problems %v", len(f.Assets), assets, f.Problems)
		}
		for i := range f.Assets {
			f.Assets[i].Attrs.Read(path)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(assets), "ns/asset")
}

// BenchmarkForEach is trivy#6959: resources with for_each over the same large
// map that refer to each other instance by instance.
func BenchmarkForEach(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			readBench(b, 2*n, "b", map[string]string{"m.tf": fmt.Sprintf(`resource "t_a" "a" {
  for_each = { for i in flatten([for x in range(%d) : [for y in range(1000) : x * 1000 + y]]) : "k${i}" => { name = "n${i}" } }
  name     = each.value.name
}
resource "t_b" "b" {
  for_each = t_a.a
  b        = "${t_a.a[each.key].name}-${t_a.a[each.key].id}"
  c        = each.value.arn
}
`, n/1000)})
		})
	}
}

// BenchmarkGenerated is a file as a generator writes it.
func BenchmarkGenerated(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			files := map[string]string{}
			var t strings.Builder
			for i := range n {
				fmt.Fprintf(&t, "resource \"t_a\" \"r%d\" {\n  b = t_a.r%d.name\n  name = \"n%d\"\n  tags = { a = \"x\", b = \"y\" }\n}\n", i, max(i-1, 0), i)
				if (i+1)%10_000 == 0 {
					files[fmt.Sprintf("f%d.tf", i)] = t.String()
					t.Reset()
				}
			}
			readBench(b, n, "b", files)
		})
	}
}

// BenchmarkModules calls one module many times, and modules in modules.
func BenchmarkModules(b *testing.B) {
	for _, n := range []int{300, 3_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var t strings.Builder
			for i := range n {
				fmt.Fprintf(&t, "module \"m%d\" {\n  source = \"./m\"\n  name = \"x%d\"\n}\n", i, i)
			}
			readBench(b, n*3, "b", map[string]string{
				"m.tf":     t.String(),
				"m/m.tf":   "variable \"name\" {}\nresource \"t_a\" \"a\" { b = module.in[0].out }\nmodule \"in\" {\n  count = 2\n  source = \"../in\"\n  name = \"${var.name}-${count.index}\"\n}\n",
				"in/in.tf": "variable \"name\" {}\nresource \"t_b\" \"b\" { b = upper(var.name) }\noutput \"out\" { value = t_b.b.b }\n",
			})
		})
	}
}
