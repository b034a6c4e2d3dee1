package kb

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A pattern taken apart says what the whole expression says, of its example and
// of hosts that are nearly like it.
func TestLabelPatternIsTheExpression(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 0))
	apart, hosts := 0, []string{"", ".", "amazonaws.com", "a..amazonaws.com", "eu-west-1.amazonaws.com"}
	endpoints := open(t).Endpoints()
	for i := range endpoints {
		if e := &endpoints[i]; e.Pattern != "" {
			hosts = append(hosts, e.Example, "x."+e.Example, e.Example+".evil.example", strings.Replace(e.Example, ".", "..", 1), strings.Replace(e.Example, "-", ".", 1))
		}
	}
	const letters = "abcdefgz019.-"
	for i := range endpoints {
		e := &endpoints[i]
		if e.Pattern == "" {
			continue
		}
		p := newLabelPattern(e.Pattern)
		if p == nil {
			continue
		}
		apart++
		want := whole(e.Pattern)
		check := func(host string) {
			r1, ok1 := p.match(host)
			r2, ok2 := want(host)
			if r1 != r2 || ok1 != ok2 {
				t.Errorf("%s of %q: %q, %v; the expression says %q, %v", e.Pattern, host, r1, ok1, r2, ok2)
			}
		}
		for _, h := range hosts {
			check(h)
		}
		for range 200 {
			b := []byte(e.Example)
			for range 1 + random.IntN(3) {
				b[random.IntN(len(b))] = letters[random.IntN(len(letters))]
			}
			check(string(b))
		}
	}
	if apart < 40 {
		t.Errorf("only %d patterns were taken apart", apart)
	}
}

func TestLabelPatternLeavesOtherForms(t *testing.T) {
	for _, expr := range []string{
		`^[a-z]+\.example\.com$`,                          // no region
		`^(?P<region>[a-z.]+)\.example\.com$`,             // more than a label
		`^[a-z0-9-]+(?P<region>eu-[a-z]+)\.example\.com$`, // a part of a label
		`^(?P<region>[a-z]+)\.(?:a|b)\.com$`,              // no fixed end
		`^(?P<region>[a-z]+)-x\.example\.com$`,
		`^a\.(?P<region>[a-z]+)\.com|b$`,
	} {
		if newLabelPattern(expr) != nil {
			t.Errorf("%s was taken apart", expr)
		}
	}
}
