package resolve_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A generator writes random Terraform of the invented world: resources that
// are placed, keyed, attached and that refer to each other, some of them in
// vain.
type generator struct {
	r      *rand.Rand
	blocks []string
	names  map[string][]string // by type
	keyed  map[string]bool     // buckets that have a key attached
}

func (g *generator) pick(of ...string) string { return of[g.r.IntN(len(of))] }

// ref is a reference to some resource of the type, or a name that is nowhere.
func (g *generator) ref(typ string) string {
	ns := g.names[typ]
	if len(ns) == 0 || g.r.IntN(6) == 0 {
		return `"not-here"`
	}
	return typ + "." + ns[g.r.IntN(len(ns))] + ".id"
}

func (g *generator) region() string {
	return g.pick(`"berlin-1"`, `"paris-1"`, `"oslo-1"`, `"zurich-1"`, `"reno-1"`, `"said-1"`, `"dark-1"`, `"world"`, `"atlantis-1"`, "var.set", "var.unset", "local.where")
}

// generatedTypes are written in this order, so that references lead back and
// no circle comes about; circles have a test of their own.
var generatedTypes = []string{"nord_key", "nord_key_alias", "nord_bucket", "nord_bucket_acl", "nord_bucket_copy", "nord_bucket_key", "nord_database", "nord_copy",
	"nord_machine", "nord_disk", "nord_profile", "nord_agent", "nord_log", "nord_edge", "nord_vault", "nord_link", "nord_sink", "nord_country", "nord_iam_user", "nord_unheard", "sud_bucket"}

func generate(seed uint64, n int) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), names: map[string][]string{}, keyed: map[string]bool{}}
	g.blocks = append(g.blocks, `provider "nord" { region = `+g.pick(`"berlin-1"`, `"reno-1"`, "var.set", "var.unset")+" }\n",
		"provider \"sud\" { region = \"berlin-1\" }\n", "variable \"set\" { default = \"paris-1\" }\n", "variable \"unset\" {}\n", "locals { where = \"oslo-1\" }\n")
	types := make([]string, n)
	for i := range types {
		types[i] = generatedTypes[g.r.IntN(len(generatedTypes))]
	}
	slices.SortStableFunc(types, func(a, b string) int { return slices.Index(generatedTypes, a) - slices.Index(generatedTypes, b) })
	for i, typ := range types {
		name := fmt.Sprintf("r%dx", i)
		var b strings.Builder
		fmt.Fprintf(&b, "resource %q %q {\n", typ, name)
		if g.r.IntN(5) == 0 {
			b.WriteString(g.pick("  count = 2\n", "  for_each = toset([\"p\", \"q\"])\n", "  count = var.unset\n"))
		}
		for _, line := range g.attributes(typ, name) {
			b.WriteString("  " + line + "\n")
		}
		b.WriteString("}\n")
		g.blocks = append(g.blocks, b.String())
		g.names[typ] = append(g.names[typ], name)
	}
	return g
}

func (g *generator) attributes(typ, name string) (out []string) {
	maybe := func(line string) {
		if g.r.IntN(2) == 0 {
			out = append(out, line)
		}
	}
	switch typ {
	case "nord_bucket", "nord_log", "nord_database", "nord_agent", "nord_profile", "nord_vault", "nord_link", "nord_unheard", "sud_bucket":
		maybe("region = " + g.region())
	case "nord_machine", "nord_disk":
		maybe(`zone = "` + g.pick("berlin-1a", "oslo-1c", "nowhere") + `"`)
	}
	switch typ {
	case "nord_key":
		maybe(`protection = "` + g.pick("HSM", "SOFT", "BYOK-1", "OUTSIDE", "CALLER", "magic") + `"`)
		maybe(`manager = "https://keys.vault.example"`)
	case "nord_key_alias":
		out = append(out, "key = "+g.ref("nord_key"))
	case "nord_bucket":
		out = append(out, `name = "bucket-`+name+`"`)
		maybe("key = " + g.pick(g.ref("nord_key"), g.ref("nord_key_alias")))
		maybe(`endpoint = "https://` + g.pick("store.berlin-1.sud.example", "a.paris-1.nord.example", "nobody.example") + `"`)
		maybe(`tags = { data_class = "` + g.pick("care", "site", "nonsense") + `" }`)
	case "nord_bucket_acl":
		out = append(out, "bucket = "+g.ref("nord_bucket"), "public = "+g.pick("true", "false", "var.unset"))
	case "nord_bucket_copy":
		out = append(out, "bucket = "+g.ref("nord_bucket"), "destination = "+g.ref("nord_bucket"))
	case "nord_bucket_key":
		// Of two keys for one bucket, which no provider accepts, the first name counts.
		bucket := g.ref("nord_bucket")
		if g.keyed[bucket] {
			bucket = `"not-here"`
		}
		g.keyed[bucket] = true
		out = append(out, "bucket = "+bucket, "key = "+g.ref("nord_key"))
	case "nord_database":
		maybe(`backup = ` + g.pick(`"here"`, `"geo"`, `"zone"`, `"off"`, `"world"`, `"moon"`, "var.unset"))
		maybe("kept = " + g.pick("true", "false", "var.unset"))
		maybe("key = " + g.ref("nord_key"))
	case "nord_copy":
		out = append(out, "source = "+g.ref("nord_database"))
	case "nord_disk":
		maybe("machine = " + g.ref("nord_machine"))
	case "nord_profile":
		maybe(`geography = "` + g.pick("euro.x", "world.x", "moon.x") + `"`)
	case "nord_agent":
		maybe(`model = "` + g.pick("lumen-2", "giga-1", "rumour", "nobody") + `"`)
		maybe("profile = " + g.ref("nord_profile"))
	case "nord_vault":
		out = append(out, `regions = ["paris-1", "oslo-1"]`)
	case "nord_link":
		maybe("peer_region = " + g.region())
	case "nord_sink":
		maybe(`url = "https://logs.big.example"`)
		maybe("bucket = " + g.ref("nord_bucket"))
	case "nord_country":
		maybe(`country = "` + g.pick("SE", "EU", "Atlantis") + `"`)
	}
	return out
}

// files spreads the blocks over files in an order of its own.
func (g *generator) files(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 8))
	parts := make([]strings.Builder, 4)
	for _, i := range r.Perm(len(g.blocks)) {
		parts[r.IntN(len(parts))].WriteString(g.blocks[i])
	}
	var b strings.Builder
	for i := range parts {
		fmt.Fprintf(&b, "-- %c%d.tf --\n%s", 'a'+byte(r.IntN(20)), i, parts[i].String())
	}
	return b.String()
}

var fileAndLine = regexp.MustCompile(`[^ ]*\.tf:\d+: `)

// shown is what the assets say, without files and lines.
func shown(list []resolve.Asset) map[string]string {
	out := map[string]string{}
	for i := range list {
		a := &list[i]
		var b strings.Builder
		fmt.Fprintf(&b, "%s %v %v %q\n", a.Kind, a.Classes, a.Bound, a.Partial)
		// Places and targets come in the order of addresses; a new name moves them.
		var lines []string
		for _, p := range a.Places {
			lines = append(lines, fmt.Sprintf("place %s %q %v %s %s %s %q %q\n", p.Role, p.Purpose, p.Countries, p.Region, p.Binding, p.Confidence, p.Unknown, p.Because))
		}
		fmt.Fprintf(&b, "operator %+v\n", *orNone(a.Operator))
		if c := a.Custody; c != nil {
			fmt.Fprintf(&b, "custody %s %s %s %d %s %v %q %q\n", c.Holder, c.Entity, c.Protection, c.Grade, c.Key, c.Named, c.Unknown, c.Because)
		}
		if m := a.Maker; m != nil {
			fmt.Fprintf(&b, "maker %s %s %s %q %q\n", m.Component, m.Entity, m.Confidence, m.Unknown, m.Because)
		}
		for _, name := range slices.Sorted(keys(a.Settings)) {
			fmt.Fprintf(&b, "setting %s %v %q\n", name, a.Settings[name].Value, a.Settings[name].Unknown)
		}
		for _, t := range a.Targets {
			lines = append(lines, fmt.Sprintf("target %s %s %s %q %d\n", t.Purpose, t.Name, t.Asset, t.Unknown, len(t.Places)))
		}
		slices.Sort(lines)
		out[string(a.Address)] = fileAndLine.ReplaceAllString(b.String()+strings.Join(lines, ""), "")
	}
	return out
}

func orNone(o *graph.Operator) *graph.Operator {
	if o == nil {
		return &graph.Operator{}
	}
	return o
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

const classes = plain + "  data: {care: {}, site: {confidentiality: public}}\n"

// TestOrderOfFiles: where a block stands changes lines, and nothing else.
func TestOrderOfFiles(t *testing.T) {
	for seed := range uint64(25) {
		g := generate(seed, 30)
		first := shown(newResolver(t, classes).Resolve(read(t, g.files(1))))
		if len(first) < 10 {
			t.Fatalf("seed %d: only %d assets", seed, len(first))
		}
		for order := range uint64(3) {
			again := shown(newResolver(t, classes).Resolve(read(t, g.files(order+2))))
			if d := cmp.Diff(first, again); d != "" {
				t.Fatalf("seed %d, order %d:\n%s\n%s", seed, order, d, strings.Join(g.blocks, ""))
			}
		}
	}
}

// TestRenaming: another name for a resource is another name in what is said,
// and nothing else.
func TestRenaming(t *testing.T) {
	renamed := 0
	for seed := range uint64(25) {
		g := generate(seed+100, 25)
		text := g.files(1)
		var all []string
		for _, ns := range g.names {
			all = append(all, ns...)
		}
		slices.Sort(all)
		old := all[g.r.IntN(len(all))]
		fresh := strings.Replace(old, "r", "n", 1) // of the same length: messages are cut by it
		word := regexp.MustCompile(`\b` + old + `\b`)
		want := map[string]string{}
		for a, s := range shown(newResolver(t, classes).Resolve(read(t, text))) {
			want[word.ReplaceAllString(a, fresh)] = word.ReplaceAllString(s, fresh)
		}
		got := shown(newResolver(t, classes).Resolve(read(t, word.ReplaceAllString(text, fresh))))
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("seed %d: renaming %s:\n%s\n%s", seed, old, d, text)
		}
		renamed += strings.Count(fmt.Sprint(got), fresh)
	}
	if renamed < 25 {
		t.Fatalf("only %d new names were seen", renamed)
	}
}

// TestEverythingHasAPlace: what holds or moves data has a place of its own,
// known or unknown, unless its dialect says that it has none; and everything
// that is said has a reason and an origin.
func TestEverythingHasAPlace(t *testing.T) {
	seen := map[graph.Kind]int{}
	for seed := range uint64(40) {
		g := generate(seed+200, 30)
		for _, a := range newResolver(t, classes).Resolve(read(t, g.files(1))) {
			seen[a.Kind]++
			own := slices.ContainsFunc(a.Places, func(p graph.Place) bool { return p.Purpose == "" })
			placeless := a.Type == "nord_vault"
			if a.Kind.Bearing() != graph.BearsNothing && !own && !placeless {
				t.Errorf("seed %d: %s has no place of its own", seed, a.Address)
			}
			if len(a.Classes) == 0 && a.Kind != graph.Inert {
				t.Errorf("seed %d: %s has no class", seed, a.Address)
			}
			for _, f := range sound(&a) {
				t.Errorf("seed %d: %s", seed, f)
			}
		}
		if t.Failed() {
			t.Fatal(strings.Join(g.blocks, ""))
		}
	}
	if len(seen) < 12 {
		t.Fatalf("only the kinds %v were seen", seen)
	}
}
