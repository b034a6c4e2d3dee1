package terraform

import (
	"sync"
	"testing"
)

// TestConcurrentReaders asks the assets of two roots that share a module from
// many goroutines; run with -race it shows that readers may be shared.
func TestConcurrentReaders(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "m/m.tf", `variable "n" {}
locals { l = [for i in range(20) : "${var.n}-${i}"] }
resource "t_t" "x" {
  for_each = toset(local.l)
  v        = "${each.key}-${length(local.l)}"
}`)
	for _, root := range []string{"a", "b"} {
		write(t, root+"/r.tf", "module \"m\" {\n  source = \"../m\"\n  n = \""+root+"\"\n}\nresource \"t_t\" \"y\" { v = join(\",\", [for k, x in module.m : k]) }\n")
	}
	f := Read([]string{"a/r.tf", "b/r.tf", "m/m.tf"}, Options{})
	if len(f.Assets) != 42 || len(f.Problems) != 0 {
		t.Fatalf("%d assets, problems %v", len(f.Assets), f.Problems)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, a := range f.Assets {
				if rs := a.Attrs.Read("v"); len(rs) != 1 {
					t.Errorf("%s: %v", a.Address, rs)
				}
			}
		})
	}
	wg.Wait()
}
