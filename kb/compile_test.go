package kb

import (
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What is embedded is what the YAML says; if not, run go generate ./kb.
func TestCompiledIsFresh(t *testing.T) {
	want, err := Compile(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	k := open(t)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if k.files[name] == nil && k.packed[name] == nil || string(k.fileOrIndex(t, name)) != string(want[name]) {
			t.Errorf("compiled/%s is stale: run go generate ./kb", name)
		}
	}
	for name := range k.packed {
		if _, ok := want[name]; !ok {
			t.Errorf("compiled/%s comes from nowhere: run go generate ./kb", name)
		}
	}
}

// fileOrIndex unpacks any file; of the index there is no digest.
func (k *KB) fileOrIndex(t *testing.T, name string) []byte {
	t.Helper()
	if name != indexFile {
		return k.file(name)
	}
	b, err := unpack(k.packed[name])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every compiled file decodes, and every expression in it compiles.
func TestEverythingOpens(t *testing.T) {
	k := open(t)
	if len(k.Providers()) == 0 || len(k.Operators()) == 0 {
		t.Errorf("%d providers and %d operators", len(k.Providers()), len(k.Operators()))
	}
	for _, id := range k.Providers() {
		if p, ok := k.Provider(id); !ok || p.ID != id {
			t.Errorf("%s: %+v", id, p)
		}
		k.Region(id, "no such place")
	}
	for _, e := range k.Endpoints() {
		host := e.Name() + e.Suffix
		if e.Pattern != "" {
			host = e.Example
		}
		if _, ok := k.Host(host); !ok {
			t.Errorf("%s does not find itself", e.key())
		}
	}
	k.Model("x")
	k.Laws()
	k.Requirements()
}

// The digest speaks of the knowledge, not of how its YAML is laid out.
func TestDigest(t *testing.T) {
	k := loadSmall(t)
	if !strings.HasPrefix(k.Digest(), "sha256:") || len(k.Digest()) != 71 {
		t.Errorf("digest %q", k.Digest())
	}
	same := maps.Clone(small)
	lines := strings.SplitAfter(same["countries.yaml"], "\n")
	slices.Reverse(lines[4 : len(lines)-1])
	same["countries.yaml"] = "# the same\n" + strings.Join(lines, "")
	same["operators/b.yaml"] = "operators:\n" + strings.SplitAfter(same["operators/acme.yaml"], "claimed}]}\n")[1]
	same["operators/acme.yaml"] = strings.SplitAfter(same["operators/acme.yaml"], "claimed}]}\n")[0]
	again, err := Load(files(same))
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != k.Digest() {
		t.Error("order and comments changed the digest")
	}
	for file, change := range map[string][2]string{
		"countries.yaml": {"Germany", "Germania"}, "providers/acme/regions.yaml": {"pair: west-1", "pair: north-1"},
		"providers/acme/terraform.yaml": {"default: false", "default: true"}, "operators/acme.yaml": {"Acme GmbH, Berlin", "Acme GmbH, Bonn"},
		"models/x.yaml": {"country: DE", "country: FR"}, "packages/x.yaml": {"<1.5.4", "<1.5.5"}, "requirements/rule/art-1.yaml": {"Do it.", "Do not."},
		"providers/acme/endpoints.yaml": {"service: deep", "service: deeper"}, "laws/us.yaml": {"compels: all", "compels: some"},
	} {
		other, err := Load(with(t, file, change[0], change[1]))
		if err != nil {
			t.Fatal(err)
		}
		if other.Digest() == k.Digest() {
			t.Errorf("a change of %s left the digest as it was", file)
		}
	}
}

// A compiled file that is not the one of the index is refused.
func TestOpenRefusesTampering(t *testing.T) {
	c, err := Compile(files(small))
	if err != nil {
		t.Fatal(err)
	}
	bad := maps.Clone(c)
	bad["world.json"] = []byte(strings.Replace(string(bad["world.json"]), "Germany", "Nowhere", 1))
	if _, err := bad.Open(); err == nil || !strings.Contains(err.Error(), "world.json") {
		t.Errorf("got %v", err)
	}
	delete(bad, "world.json")
	if _, err := bad.Open(); err == nil {
		t.Error("a missing file was not missed")
	}
	if _, err := (Compiled{}).Open(); err == nil || !strings.Contains(err.Error(), "go generate") {
		t.Errorf("got %v", err)
	}
}

// Two files may call two sources by one name.
func TestSourcesOfOneName(t *testing.T) {
	m := maps.Clone(small)
	m["operators/other.yaml"] = `sources:
  register: {address: example.net/other, licence: quotation, retrieved: 2026-01-02}
operators:
  - {id: other, name: Other, seat: CH, source: register, quote: "Other AG, Bern", confidence: documented}
`
	k, err := Load(files(m))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := k.Operator("acme")
	b, _ := k.Operator("other")
	if a.Cited.Address != "example.org/register" || b.Cited.Address != "example.net/other" {
		t.Errorf("%v and %v", a.Cited, b.Cited)
	}
}

func TestConcurrentUse(t *testing.T) {
	k := loadSmall(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			k.Region("acme", "north-1")
			k.Host("db.north-1.acme.example")
			k.Type("terraform", "", "acme_bucket")
			k.Model("base")
			k.Operators()
			k.Requirements()
			if _, err := k.Expand("OK", day(t, "2026-01-01")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
