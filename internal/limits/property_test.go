package limits_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// leniency orders answers: what is further right lets more through.
var leniency = map[limits.Answer]int{limits.Outside: 0, limits.Unsure: 1, limits.Tolerated: 2, limits.Inside: 3, limits.NotAsked: 3}

var allCountries = []graph.Country{"CA", "CH", "CN", "DE", "FR", "GB", "GP", "HU", "NO", "SE", "US", graph.Anywhere}

// quoted spells a name for YAML: NO would be false to a YAML 1.1 reader.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// some picks between lo and hi of the names, each once.
func some(r *rand.Rand, lo, hi int, names ...string) []string {
	n := lo + r.IntN(hi-lo+1)
	var out []string
	for _, i := range r.Perm(len(names)) {
		if len(out) < n {
			out = append(out, names[i])
		}
	}
	return out
}

var territories = []string{"EU", "EEA", "EU_ADEQUATE", "DE", "FR", "NO", "CH", "US", "SE"}

// class writes one class with random limits.
func class(r *rand.Rand) string {
	var out []string
	maybe := func(key, value string) {
		if r.IntN(2) == 0 {
			out = append(out, key+": "+value)
		}
	}
	maybe("gdpr", []string{"none", "personal", "special", "criminal"}[r.IntN(4)])
	maybe("confidentiality", []string{"public", "internal", "confidential", "secret"}[r.IntN(4)])
	maybe("jurisdictions", quoted(some(r, 1, 3, territories...)))
	maybe("operators", quoted(some(r, 1, 3, append([]string{"nord", "sud", "big", "murky"}, territories...)...)))
	maybe("support", quoted(some(r, 1, 3, territories...)))
	maybe("makers", quoted(some(r, 1, 3, append([]string{"nord", "big"}, territories...)...)))
	maybe("retention", []string{"30d", "6m", "10y"}[r.IntN(3)])
	maybe("unknown", []string{"block", "report"}[r.IntN(2)])
	keys := fmt.Sprintf("{holder: %s, min_grade: %d", quoted(some(r, 1, 3, append([]string{"customer", "nord", "big"}, territories...)...)), r.IntN(6))
	if r.IntN(2) == 0 {
		keys += ", cleartext_at_operator: " + quoted(some(r, 0, 2, territories...))
	}
	maybe("keys", keys+"}")
	return "{" + strings.Join(out, ", ") + "}"
}

// spec writes a random perimeter with the classes a, b, c and d.
func spec(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  jurisdictions: {allow: %s}\n", quoted(some(r, 1, 3, territories...)))
	fmt.Fprintf(&b, "  operators:\n    allow: %s\n", quoted(some(r, 1, 3, append([]string{"nord", "sud", "murky"}, territories...)...)))
	fmt.Fprintf(&b, "    tolerate:\n")
	for _, o := range some(r, 1, 3, "big", "sud", "hearsay") {
		fmt.Fprintf(&b, "      - {operator: %s, data: %s, when: {key_holder: %s, cleartext: %s}}\n", o, quoted(some(r, 1, 4, "a", "b", "c", "d")),
			quoted(some(r, 1, 2, "EU", "customer", "DE")), []string{"never", "in-use"}[r.IntN(2)])
	}
	if r.IntN(3) == 0 {
		fmt.Fprintf(&b, "  stack: {models: %s}\n", quoted(some(r, 0, 2, "nord", "giga", "lumen")))
	}
	b.WriteString("  data:\n")
	for _, id := range []string{"a", "b", "c", "d"} {
		fmt.Fprintf(&b, "    %s: %s\n", id, class(r))
	}
	return b.String()
}

// answers puts everything that the tables know to the limits.
func answers(l *limits.Limits) map[string]limits.Answer {
	out := map[string]limits.Answer{}
	for i, c := range allCountries {
		for _, conf := range []graph.Confidence{graph.Documented, graph.Claimed} {
			out[fmt.Sprint("place ", c, conf)], _ = l.Place(place(conf, c))
			out[fmt.Sprint("support ", c, conf)], _ = l.SupportFrom(&graph.Support{Countries: []graph.Country{c}, Confidence: conf})
		}
		two := []graph.Country{c, allCountries[(i+3)%len(allCountries)]}
		slices.Sort(two)
		out[fmt.Sprint("place ", two)], _ = l.Place(place(graph.Documented, two...))
	}
	ops := []*graph.Operator{nord, sud, big, murky, hearsay, fund, adrift}
	custodies := map[string]*graph.Custody{"customer": byCustomer, "nord": byNord, "provider": byProvider, "nobody": byNobody, "clear": clear(byNord)}
	for _, o := range ops {
		out["operator "+o.Name], _ = l.Operator(o)
		for name, c := range custodies {
			out["tolerated "+o.Name+" "+name] = limits.Outside
			if a, _ := l.Tolerated(o, c, nord); a != limits.NotAsked {
				out["tolerated "+o.Name+" "+name] = a
			}
			out["clear "+o.Name+" "+name], _ = l.ClearText(c, o)
			out["holder "+o.Name+" "+name], _ = l.Holder(c, o)
		}
	}
	for _, m := range []*graph.Maker{
		{Component: "lumen", Family: "lumen", Entity: "nord", Country: "DE", Confidence: graph.Documented},
		{Component: "giga", Family: "giga", Entity: "big", Country: "US", Confidence: graph.Documented},
		{Component: "rumour", Family: "rumour", Entity: "hearsay", Country: "DE", Confidence: graph.Claimed},
		{Component: "x", Unknown: "nobody knows"},
	} {
		out["maker "+m.Component], _ = l.Maker(m, false)
	}
	return out
}

// TestAddingAClass: one more class on an asset never makes an answer more
// lenient, and the order of the classes changes nothing.
func TestAddingAClass(t *testing.T) {
	ids := []graph.ClassID{"a", "b", "c", "d"}
	compared := 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		text := spec(r)
		b := book(t, text)
		have := append([]graph.ClassID{}, ids[r.IntN(4)])
		for _, i := range r.Perm(4) {
			if slices.Contains(have, ids[i]) {
				continue
			}
			before := b.For(slices.Sorted(slices.Values(have)))
			have = append(have, ids[i])
			after := b.For(slices.Sorted(slices.Values(have)))
			was, is := answers(before), answers(after)
			for q := range was {
				compared++
				if leniency[is[q]] > leniency[was[q]] {
					t.Fatalf("seed %d: %s is %s for %v and %s without %s\n%s", seed, q, is[q], have, was[q], ids[i], text)
				}
			}
			if before.Block && !after.Block || before.InUse && !after.InUse || before.RetentionDays > 0 && (after.RetentionDays == 0 || after.RetentionDays > before.RetentionDays) {
				t.Fatalf("seed %d: %v ask less than without %s\n%s", seed, have, ids[i], text)
			}
		}
		shuffled := slices.Clone(ids)
		r.Shuffle(4, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		is := answers(b.For(shuffled))
		for q, want := range answers(b.For(ids)) {
			if is[q] != want {
				t.Fatalf("seed %d: %s is %s for %v and %s for %v\n%s", seed, q, is[q], shuffled, want, ids, text)
			}
		}
	}
	if compared < 10000 {
		t.Fatalf("only %d answers were compared", compared)
	}
}

// TestAddingADenial: one more denied name never turns outside into inside.
func TestAddingADenial(t *testing.T) {
	compared := 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		allow := some(r, 1, 3, territories...)
		deny := some(r, 2, 5, "nord", "sud", "big", "murky", "HU", "GB", "GP")
		more := func(n int) string {
			text := "  jurisdictions: {allow: " + quoted(allow) + "}\n"
			if n > 0 {
				text += "  operators: {deny: " + quoted(deny[:n]) + "}\n"
			}
			return text
		}
		for n := 1; n <= len(deny); n++ {
			was, is := answers(of(t, more(n-1))), answers(of(t, more(n)))
			for q := range was {
				compared++
				if leniency[is[q]] > leniency[was[q]] {
					t.Fatalf("seed %d: denying %s turns %s from %s into %s\n%s", seed, deny[n-1], q, was[q], is[q], more(n))
				}
			}
		}
	}
	if compared < 10000 {
		t.Fatalf("only %d answers were compared", compared)
	}
}

// TestClaimsAreNeverInside: whatever the perimeter says, a claimed place,
// seat or support is not inside; only a name that the perimeter itself writes
// can allow an operator.
func TestClaimsAreNeverInside(t *testing.T) {
	for seed := range uint64(100) {
		text := spec(rand.New(rand.NewPCG(seed, 3)))
		l := of(t, text)
		for _, c := range allCountries {
			for _, conf := range []graph.Confidence{graph.Claimed, graph.NotKnown, ""} {
				if got, _ := l.Place(place(conf, c)); got == limits.Inside {
					t.Fatalf("seed %d: a place in %s with confidence %q is inside", seed, c, conf)
				}
				if got, _ := l.SupportFrom(&graph.Support{Countries: []graph.Country{c}, Confidence: conf}); got == limits.Inside {
					t.Fatalf("seed %d: support from %s with confidence %q is inside", seed, c, conf)
				}
				if got, _ := l.Operator(&graph.Operator{Entity: "stranger", Seat: c, Confidence: conf}); got == limits.Inside {
					t.Fatalf("seed %d: an operator seated in %s with confidence %q is inside", seed, c, conf)
				}
			}
		}
	}
}
