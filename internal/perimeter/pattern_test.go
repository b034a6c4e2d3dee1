package perimeter

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMeets(t *testing.T) {
	for _, c := range []struct {
		pattern, address string
		want             bool
	}{
		{`b.a["eu"]`, `b.a[*]`, true},
		{`b.a["eu"]`, `b.c[*]`, false},
		{`b.a["eu"]`, `b.a["us"]`, false},
		{`*["eu"]`, `module.m[*].b.a[*]`, true},
		{`module.m["eu"].b.a`, `module.m[*].b.a`, true},
		{`module.m["eu"].b.a`, `module.m[*].b.c`, false},
		{`module.m["eu"].b.a[0]`, `module.m[*].b.a[*]`, true},
		{`b.a[*]`, `b.a[*]`, true},
		{`b.a*`, `b.a[*]`, true},
		{`*eu*`, `b.a[*]`, false}, // it names no key
		{`*["eu"]`, `b.a["*"]`, false},
		{`b.a[`, `b.a[*]`, false},
		{``, `b.a[*]`, false},
	} {
		if got := Compile(c.pattern).Meets(c.address); got != c.want {
			t.Errorf("%s meets %s: %v", c.pattern, c.address, got)
		}
	}
}

// A pattern that names a key meets an address exactly when it matches some
// instance of it, here among all short keys of the letters that occur.
func TestMeetsSomeInstance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	from := func(alphabet []string, n int) string {
		var s strings.Builder
		for range r.IntN(n + 1) {
			s.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		return s.String()
	}
	keys := []string{""}
	for i := 0; len(keys[i]) < 5; i++ {
		for _, c := range []string{"a", "b", "[", "]"} {
			keys = append(keys, keys[i]+c)
		}
	}
	met := 0
	for range 3000 {
		pattern := from([]string{"a", "b", "*", "[", "]"}, 3) + "[" + from([]string{"a", "*", "]"}, 1)
		address := from([]string{"a", "b"}, 2) + "[*]" + from([]string{"a", "b"}, 2)
		p, want := Compile(pattern), false
		for _, k := range keys {
			want = want || p.Match(strings.Replace(address, "*", k, 1))
		}
		if want {
			met++
		}
		if got := p.Meets(address); got != want {
			t.Fatalf("%s meets %s: %v, want %v", pattern, address, got, want)
		}
	}
	if met < 100 {
		t.Errorf("only %d met", met)
	}
}
