package kbs_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// perimeterOf spells out a perimeter that allows these jurisdictions, and these
// operators for patient records.
func perimeterOf(t testing.TB, p *kbs.Policy, allow, operators string) kbs.Perimeter {
	t.Helper()
	return must(bound(t, p, allow, operators))
}

func bound(t testing.TB, p *kbs.Policy, allow, operators string) (kbs.Perimeter, error) {
	t.Helper()
	text := `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic, owner: dpo@clinic.example}
spec:
  jurisdictions: {allow: [` + allow + `]}
  operators: {allow: [EU, US]}
  data:
    patient-records: {gdpr: special, confidentiality: secret, operators: [` + operators + `], unknown: block}
`
	parsed, err := perimeter.Parse("perimeter.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o := assess.Options{Perimeter: parsed, KB: must(kb.Open()), Rules: must(policy.Load(rules.FS, "rules")), At: mint.Now}
	return kbs.Bound(p, parsed.Digest, func(classes []graph.ClassID) (*bounds.Bounds, error) {
		return assess.Compile(t.Context(), o, classes)
	})
}

// TestSeats: a policy names the seats of those whom nobody knows, and of nobody
// else: its word would hide who stands behind a provider.
func TestSeats(t *testing.T) {
	for operator, says := range map[string]string{"aws": "aws: the knowledge base knows", "clinic.example": ""} {
		p := parse(t, policyText())
		p.Operators[operator] = "DE"
		_, err := bound(t, p, "EU", "EU")
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", operator, err, says)
		}
	}
	wrong := parse(t, []byte(strings.Replace(string(policyText()), "[patient-records]", "[patient-recrds]", 1)))
	if _, err := bound(t, wrong, "EU", "EU"); err == nil || !strings.Contains(err.Error(), "patient-recrds") {
		t.Errorf("a class that the perimeter does not have: %v", err)
	}
}

func TestPerimeter(t *testing.T) {
	p := parse(t, policyText())
	eu := perimeterOf(t, p, "EU", "EU, scaleway")
	classes := []graph.ClassID{"patient-records"}
	for _, c := range []struct {
		name  string
		place attest.Place
		want  limits.Answer
		why   string
	}{
		{"inside", attest.Place{Grade: attest.Enrolled, Country: "DE", Operator: "clinic.example"}, limits.Inside, ""},
		{"endorsed", attest.Place{Grade: attest.Endorsed, Country: "FR", Operator: "clinic.example"}, limits.Inside, ""},
		{"declared", attest.Place{Grade: attest.Declared, Country: "DE", Operator: "clinic.example"}, limits.Unsure, "only declared"},
		{"unknown", attest.Place{Grade: attest.Unknown}, limits.Unsure, "not known"},
		{"a grade of another day", attest.Place{Grade: "certain", Country: "DE", Operator: "clinic.example"}, limits.Unsure, "not known"},
		{"outside", attest.Place{Grade: attest.Enrolled, Country: "CH", Operator: "clinic.example"}, limits.Outside, "stands in CH"},
		{"operator outside", attest.Place{Grade: attest.Enrolled, Country: "DE", Operator: "cloud.example"}, limits.Outside, "seated in US"},
		{"provider inside", attest.Place{Grade: attest.Enrolled, Country: "FR", Operator: "scaleway"}, limits.Inside, ""},
		{"provider outside", attest.Place{Grade: attest.Enrolled, Country: "DE", Operator: "aws"}, limits.Outside, ""},
		{"nobody knows the operator", attest.Place{Grade: attest.Enrolled, Country: "DE", Operator: "who.example"}, limits.Unsure, "below operators:"},
	} {
		if got, why := eu.Hold(classes, c.place); got != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: %s (%s), want %s (%s)", c.name, got, why, c.want, c.why)
		}
	}
	if got, _ := eu.Hold([]graph.ClassID{"prompts"}, attest.Place{Grade: attest.Enrolled, Country: "DE", Operator: "clinic.example"}); got != limits.Unsure {
		t.Errorf("classes that nobody asked about: %s", got)
	}
}

// TestReload changes the perimeter and the policy while guests ask, and holds
// each answer against what was in force when it was asked.
func TestReload(t *testing.T) {
	w := newWorld(t)
	eu, us := w.state, w.state
	eu.Perimeter, us.Perimeter = perimeterOf(t, eu.Policy, "EU", "EU"), perimeterOf(t, us.Policy, "US", "US")
	if err := w.server.Load(eu); err != nil {
		t.Fatal(err)
	}
	var guests []*guest // in Berlin and in Denver, by turns
	for i := range 8 {
		g := w.guest(func(q *mint.Quote) { q.PPID = [][16]byte{berlin, denver}[i%2] })
		if err := g.attest(); err != nil {
			t.Fatal(err)
		}
		guests = append(guests, g)
	}
	var (
		epoch    atomic.Int64 // even: EU; odd: US; half a turn while it changes
		stop     atomic.Bool
		released atomic.Int64
		refusals atomic.Int64
		wg       sync.WaitGroup
	)
	for i, g := range guests {
		wg.Go(func() {
			for !stop.Load() {
				before := epoch.Load()
				content, err := g.get("clinic/any/key")
				if after := epoch.Load(); before != after || before%2 == 1 {
					continue // either answer is right
				}
				inside := (before/2)%2 == int64(i%2)
				switch {
				case inside && (err != nil || string(content) != secret):
					t.Errorf("guest %d, epoch %d: refused inside: %v", i, before, err)
				case !inside && err == nil:
					t.Errorf("guest %d, epoch %d: a key left the perimeter", i, before)
				case inside:
					released.Add(1)
				default:
					refusals.Add(1)
				}
			}
		})
	}
	for turn := range 60 {
		epoch.Add(1)
		if err := w.server.Load([]kbs.State{us, eu}[turn%2]); err != nil {
			t.Error(err)
		}
		epoch.Add(1)
		for n, want := len(guests), released.Load()+refusals.Load(); released.Load()+refusals.Load() < want+int64(n) && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	stop.Store(true)
	wg.Wait()
	if released.Load() < 100 || refusals.Load() < 100 {
		t.Errorf("only %d releases and %d refusals were seen", released.Load(), refusals.Load())
	}
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	for _, e := range w.journal.events { // each entry names the perimeter that decided it
		if e.Resource == "" {
			continue
		}
		inside := map[string]string{eu.Perimeter.Digest(): "DE", us.Perimeter.Digest(): "US"}[e.Perimeter]
		if (e.Decision == kbs.Released) != (e.Place.Country == inside) {
			t.Fatalf("the journal has %+v", e)
		}
	}
}

func TestReloadRefusesSamples(t *testing.T) {
	w := newWorld(t)
	bad := w.state
	bad.Policy = parse(t, []byte("apiVersion: bailiwick/v1\nkind: ReleasePolicy\nrules: [{resources: [a/b/c], sample: true}]\n"))
	if err := w.server.Load(bad); err == nil || !strings.Contains(err.Error(), "sample: true") {
		t.Fatalf("loaded: %v", err)
	}
	g := newGuest(t, w.url, "sample", func([]byte) any { return nil })
	refused(t, g.attest(), http.StatusUnauthorized, "not judged here")
	g = w.guest(nil) // what was in force stays in force
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	if got, err := g.get("clinic/model/key"); err != nil || !slices.Equal(got, []byte(secret)) {
		t.Errorf("%q, %v", got, err)
	}
}
