package limits_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// The operators of the table, as resolve makes them of the invented world.
var (
	nord    = &graph.Operator{Entity: "nord", Name: "Nord", Seat: "DE", Confidence: graph.Documented}
	sud     = &graph.Operator{Entity: "sud", Name: "Sud", Seat: "FR", Control: []graph.Controller{{Entity: "big", Name: "Big Inc.", Country: "US", Share: 60}}, Confidence: graph.Documented}
	big     = &graph.Operator{Entity: "big", Name: "Big", Seat: "US", Confidence: graph.Documented}
	murky   = &graph.Operator{Entity: "murky", Name: "Murky", Seat: "DE", Confidence: graph.Documented, Unknown: "who controls Murky is not known"}
	hearsay = &graph.Operator{Entity: "hearsay", Name: "Hearsay", Seat: "DE", Confidence: graph.Claimed}
	fund    = &graph.Operator{Entity: "fund", Name: "Fund", Seat: "DE", Control: []graph.Controller{{Entity: "shell", Name: "Shell"}}, Confidence: graph.Documented}
	adrift  = &graph.Operator{Entity: "adrift", Name: "Adrift", Confidence: graph.Documented}
)

func TestOperator(t *testing.T) {
	eu := "  jurisdictions: {allow: [EU]}\n"
	for _, c := range []struct {
		name, spec string
		o          *graph.Operator
		want       limits.Answer
		why        string
	}{
		{"seated and controlled inside", eu, nord, limits.Inside, ""},
		{"controlled from outside", eu, sud, limits.Outside, "Sud is controlled by Big Inc., US"},
		{"seated outside", eu, big, limits.Outside, "Big is seated in US"},
		{"control allowed", eu + "  operators: {allow: [EU, US]}\n", sud, limits.Inside, ""},
		{"own name allows whoever controls it", eu + "  operators: {allow: [sud]}\n", sud, limits.Inside, ""},
		{"controller's name does not allow what it controls", eu + "  operators: {allow: [EU, big]}\n", sud, limits.Outside, "controlled by"},
		{"name allows a claimed one", eu + "  operators: {allow: [hearsay]}\n", hearsay, limits.Inside, ""},
		{"name allows nobody who is only presumed to have it", eu + "  operators: {allow: [hearsay]}\n", &graph.Operator{Entity: "hearsay", Name: "Hearsay", Confidence: graph.Claimed, Presumed: true}, limits.Unsure, "that it is Hearsay"},
		{"denied by name", eu + "  operators: {deny: [nord]}\n", nord, limits.Outside, "Nord is denied by name"},
		{"denied controller", eu + "  operators: {allow: [EU, US], deny: [big]}\n", sud, limits.Outside, "big, which controls Sud, is denied by name"},
		{"denied controller in spite of its name", eu + "  operators: {allow: [sud], deny: [big]}\n", sud, limits.Outside, "denied by name"},
		{"denied country of the seat", eu + "  operators: {deny: [FR]}\n", &graph.Operator{Entity: "x", Name: "X", Seat: "FR", Confidence: graph.Documented}, limits.Outside, "X is seated in FR"},
		{"denied country of the controller", eu + "  operators: {allow: [EEA, US], deny: [DE]}\n", &graph.Operator{Entity: "x", Name: "X", Seat: "FR", Control: []graph.Controller{{Entity: "y", Name: "Y", Country: "DE"}}, Confidence: graph.Documented}, limits.Outside, "controlled by Y, DE"},
		{"what places deny, operators deny", "  jurisdictions: {allow: [EU], deny: [DE]}\n  operators: {allow: [EU]}\n", nord, limits.Outside, "seated in DE"},
		{"class stricter than the perimeter", eu + "  data: {a: {operators: [FR]}}\n", nord, limits.Outside, "seated in DE"},
		{"class naming one that the perimeter denies", eu + "  operators: {deny: [nord]}\n  data: {a: {operators: [nord]}}\n", nord, limits.Outside, "denied"},
		{"control unknown", eu, murky, limits.Unsure, "who controls Murky is not known"},
		{"only claimed", eu, hearsay, limits.Unsure, "only claimed"},
		{"controller of an unknown country", eu, fund, limits.Unsure, "Shell"},
		{"seat unknown", eu, adrift, limits.Unsure, "the seat of Adrift is not known"},
		{"claimed outside", eu, &graph.Operator{Entity: "x", Seat: "CN", Confidence: graph.Claimed}, limits.Outside, "seated in CN"},
		{"unknown, with reason", eu, &graph.Operator{Unknown: "no dialect"}, limits.Unsure, "no dialect"},
		{"nobody", eu, nil, limits.Unsure, "not known"},
	} {
		got, why := of(t, c.spec).Operator(c.o)
		if got != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: %s (%s), want %s (%s)", c.name, got, why, c.want, c.why)
		}
	}
}

var (
	byCustomer = &graph.Custody{Holder: graph.HolderCustomer, Protection: "client", Grade: 5, Named: true, Confidence: graph.Documented}
	byNord     = &graph.Custody{Holder: graph.HolderExternal, Entity: "nord", Protection: "external", Grade: 4, Named: true, Confidence: graph.Documented}
	byProvider = &graph.Custody{Holder: graph.HolderProvider, Entity: "big", Protection: "hsm", Grade: 2, Named: true, Confidence: graph.Documented}
	byNobody   = &graph.Custody{Holder: graph.HolderUnknown, Protection: "unknown", Grade: graph.GradeUnknown, Unknown: "the key is not in this tree"}
)

func clear(c *graph.Custody) *graph.Custody {
	out := *c
	out.ClearText = true
	return &out
}

// claimed is custody that nobody cites.
func claimed(c *graph.Custody) *graph.Custody {
	d := *c
	d.Confidence = graph.Claimed
	return &d
}

func TestTolerated(t *testing.T) {
	spec := func(when string) string {
		return "  jurisdictions: {allow: [EU]}\n  data: {backups: {}, care: {}}\n  operators: {tolerate: [{operator: big, data: [backups], when: {" + when + "}}]}\n"
	}
	for _, c := range []struct {
		name, spec string
		o          *graph.Operator
		custody    *graph.Custody
		holder     *graph.Operator
		class      graph.ClassID
		want       limits.Answer
		why        string
	}{
		{"key held inside by another", spec("key_holder: EU"), big, byNord, nord, "backups", limits.Tolerated, "big is tolerated for backups"},
		{"key with the customer", spec("key_holder: customer"), big, byCustomer, nil, "backups", limits.Tolerated, ""},
		{"customer counts as inside", spec("key_holder: EU"), big, byCustomer, nil, "backups", limits.Tolerated, ""},
		{"only the customer", spec("key_holder: customer"), big, byNord, nord, "backups", limits.Outside, ""},
		{"key with the operator", spec("key_holder: EU"), big, byProvider, big, "backups", limits.Outside, "only when it cannot use the key"},
		{"key with the operator, which is named", spec("key_holder: [big, US]"), big, byProvider, big, "backups", limits.Outside, "only when it cannot use the key"},
		{"key manager of the operator itself", spec("key_holder: [big, US]"), big, &graph.Custody{Holder: graph.HolderExternal, Entity: "big", Protection: "external", Grade: 4}, big, "backups", limits.Outside, "only when it cannot use the key"},
		{"key held outside", spec("key_holder: EU"), big, byNord, sud, "backups", limits.Outside, "controlled by"},
		{"key holder only claimed", spec("key_holder: EU"), big, byNord, hearsay, "backups", limits.Unsure, "claimed"},
		{"custody only claimed", spec("key_holder: EU"), big, claimed(byNord), nord, "backups", limits.Unsure, "only claimed"},
		{"custody unknown", spec("key_holder: EU"), big, byNobody, nil, "backups", limits.Unsure, "not in this tree"},
		{"no custody", spec("key_holder: EU"), big, nil, nil, "backups", limits.Outside, "it has none"},
		{"clear text", spec("key_holder: EU"), big, clear(byNord), nord, "backups", limits.Outside, "never sees clear text"},
		{"clear text, never", spec("key_holder: EU, cleartext: never"), big, clear(byNord), nord, "backups", limits.Outside, "never sees clear text"},
		{"clear text in use", spec("key_holder: EU, cleartext: in-use"), big, clear(byNord), nord, "backups", limits.Tolerated, "sees clear text while it computes"},
		{"another operator", spec("key_holder: EU"), sud, byNord, nord, "backups", limits.NotAsked, ""},
		{"another class", spec("key_holder: EU"), big, byNord, nord, "care", limits.NotAsked, ""},
	} {
		got, why := of(t, c.spec, c.class).Tolerated(c.o, c.custody, c.holder)
		if got != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: %v (%s), want %v (%s)", c.name, got, why, c.want, c.why)
		}
	}
	// Of two tolerances for one operator either will do.
	two := strings.Replace(spec("key_holder: customer, cleartext: in-use"), "tolerate: [", "tolerate: [{operator: big, data: [backups], when: {key_holder: [nord], cleartext: never}}, ", 1)
	for name, c := range map[string]*graph.Custody{"the first": byNord, "the second": clear(byCustomer)} {
		if a, why := of(t, two, "backups").Tolerated(big, c, map[bool]*graph.Operator{true: nord}[c.Entity == "nord"]); a != limits.Tolerated {
			t.Errorf("%s of two tolerances holds, but: %s", name, why)
		}
	}
	// A tolerance for one class is none for two.
	if a, _ := of(t, spec("key_holder: EU"), "backups", "care").Tolerated(big, byNord, nord); a != limits.NotAsked {
		t.Error("a tolerance for backups holds for backups and care together")
	}
}

func TestHolder(t *testing.T) {
	spec := func(keys string) string {
		return "  jurisdictions: {allow: [EU]}\n  data: {a: {keys: {" + keys + "}}}\n"
	}
	for _, c := range []struct {
		name, spec string
		custody    *graph.Custody
		holder     *graph.Operator
		want       limits.Answer
	}{
		{"not asked", "  jurisdictions: {allow: [EU]}\n", byProvider, big, limits.NotAsked},
		{"inside", spec("holder: [EU]"), byNord, nord, limits.Inside},
		{"outside", spec("holder: [EU]"), byProvider, big, limits.Outside},
		{"by name", spec("holder: [big]"), byProvider, big, limits.Inside},
		{"controlled from outside", spec("holder: [EU]"), byNord, sud, limits.Outside},
		{"customer by name", spec("holder: [customer]"), byCustomer, nil, limits.Inside},
		{"customer is where the customer is", spec("holder: [EU]"), byCustomer, nil, limits.Inside},
		{"customer is no operator", spec("holder: [nord]"), byCustomer, nil, limits.Outside},
		{"another than the customer", spec("holder: [customer]"), byNord, nord, limits.Outside},
		{"unknown", spec("holder: [EU]"), byNobody, nil, limits.Unsure},
		{"claimed", spec("holder: [EU]"), byNord, hearsay, limits.Unsure},
		{"custody only claimed", spec("holder: [EU]"), claimed(byNord), nord, limits.Unsure},
		{"custody only claimed, and outside", spec("holder: [EU]"), claimed(byProvider), big, limits.Outside},
		{"holder without record", spec("holder: [EU]"), byNord, nil, limits.Unsure},
	} {
		if got, why := of(t, c.spec).Holder(c.custody, c.holder); got != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got, why, c.want)
		}
	}
}

func TestClearText(t *testing.T) {
	spec := func(where string) string {
		return "  jurisdictions: {allow: [EU]}\n  data: {a: {keys: {holder: [EU]" + where + "}}}\n"
	}
	for _, c := range []struct {
		name, spec string
		custody    *graph.Custody
		o          *graph.Operator
		want       limits.Answer
	}{
		{"not asked", spec(""), clear(byNord), big, limits.NotAsked},
		{"sees none", spec(", cleartext_at_operator: [EU]"), byNord, big, limits.Inside},
		{"inside", spec(", cleartext_at_operator: [EU]"), clear(byNord), nord, limits.Inside},
		{"outside", spec(", cleartext_at_operator: [EU]"), clear(byNord), big, limits.Outside},
		{"unknown operator", spec(", cleartext_at_operator: [EU]"), clear(byNord), nil, limits.Unsure},
		{"claimed", spec(", cleartext_at_operator: [EU]"), clear(byNord), hearsay, limits.Unsure},
		{"an empty list is nowhere", spec(", cleartext_at_operator: []"), clear(byNord), nord, limits.Outside},
		{"nowhere, but it sees none", spec(", cleartext_at_operator: []"), byNord, nord, limits.Inside},
	} {
		if got, why := of(t, c.spec).ClearText(c.custody, c.o); got != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got, why, c.want)
		}
	}
}

func TestMaker(t *testing.T) {
	lumen := &graph.Maker{Component: "lumen-2", Family: "lumen", Entity: "nord", Country: "DE", Confidence: graph.Documented}
	giga := &graph.Maker{Component: "giga-9", Family: "giga", Entity: "big", Country: "US", Confidence: graph.Documented}
	rumour := &graph.Maker{Component: "rumour", Family: "rumour", Entity: "hearsay", Country: "DE", Confidence: graph.Claimed}
	nobody := &graph.Maker{Component: "x", Unknown: "nobody knows x", Confidence: graph.NotKnown}
	onGiga := *lumen
	onGiga.Lineage = []graph.Ancestor{{Family: "giga", Entity: "big", Country: "US", Confidence: graph.Documented}}
	onRumour := *lumen
	onRumour.Lineage = []graph.Ancestor{{Family: "rumour", Entity: "hearsay", Country: "DE", Confidence: graph.Claimed}}
	onSome := *lumen
	onSome.Lineage = []graph.Ancestor{{Unknown: "the name does not tell which", Confidence: graph.NotKnown}}
	withGiga, withNobody := *lumen, *lumen
	withGiga.Others, withNobody.Others = []graph.Maker{*nobody, *giga}, []graph.Maker{*nobody}
	const head = "  jurisdictions: {allow: [EU]}\n"
	for _, c := range []struct {
		name, spec string
		m          *graph.Maker
		want       limits.Answer
	}{
		{"not asked", head, giga, limits.NotAsked},
		{"inside", head + "  data: {a: {makers: [EU]}}\n", lumen, limits.Inside},
		{"outside", head + "  data: {a: {makers: [EU]}}\n", giga, limits.Outside},
		{"by name", head + "  data: {a: {makers: [big]}}\n", giga, limits.Inside},
		{"claimed", head + "  data: {a: {makers: [EU]}}\n", rumour, limits.Unsure},
		{"unknown", head + "  data: {a: {makers: [EU]}}\n", nobody, limits.Unsure},
		{"approved developer", head + "  stack: {models: [nord]}\n", lumen, limits.Inside},
		{"approved family", head + "  stack: {models: [lumen]}\n", lumen, limits.Inside},
		{"not in the stack", head + "  stack: {models: [lumen]}\n", giga, limits.Outside},
		{"approved, from outside", head + "  data: {a: {makers: [EU]}}\n  stack: {models: [giga]}\n", giga, limits.Outside},
		{"unknown model against a stack", head + "  stack: {models: [giga]}\n", nobody, limits.Unsure},
		{"made from outside", head + "  data: {a: {makers: [EU]}}\n", &onGiga, limits.Outside},
		{"made from inside, both allowed", head + "  data: {a: {makers: [EU, US]}}\n", &onGiga, limits.Inside},
		{"made from a claim", head + "  data: {a: {makers: [EU]}}\n", &onRumour, limits.Unsure},
		{"made from nobody knows what", head + "  data: {a: {makers: [EU]}}\n", &onSome, limits.Unsure},
		{"the developer's approval is not its base's", head + "  stack: {models: [nord]}\n", &onGiga, limits.Outside},
		{"both developers approved", head + "  stack: {models: [nord, big]}\n", &onGiga, limits.Inside},
		{"the family's approval is its base's", head + "  stack: {models: [lumen]}\n", &onGiga, limits.Inside},
		{"an unknown base of an approved family", head + "  stack: {models: [lumen]}\n", &onSome, limits.Inside},
		{"an unknown base of an approved developer", head + "  stack: {models: [nord]}\n", &onSome, limits.Unsure},
		{"one of several models outside", head + "  data: {a: {makers: [EU]}}\n", &withGiga, limits.Outside},
		{"one of several models unknown", head + "  data: {a: {makers: [EU]}}\n", &withNobody, limits.Unsure},
		{"claimed to be of somebody who is allowed by name", head + "  data: {a: {makers: [hearsay]}}\n", rumour, limits.Unsure},
		{"claimed to be of an approved developer", head + "  stack: {models: [hearsay]}\n", rumour, limits.Unsure},
		{"a family that is approved itself, whoever made it", head + "  stack: {models: [rumour]}\n", rumour, limits.Inside},
		{"made from what is claimed to be of an approved developer", head + "  stack: {models: [nord, hearsay]}\n", &onRumour, limits.Unsure},
		{"an empty stack approves nothing", head + "  stack: {models: []}\n", lumen, limits.Outside},
	} {
		if got, why := of(t, c.spec).Maker(c.m, false); got != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got, why, c.want)
		}
	}
}

func TestSupport(t *testing.T) {
	const spec = "  jurisdictions: {allow: [EU]}\n  data: {a: {support: [EU]}}\n"
	for _, c := range []struct {
		name, spec string
		s          *graph.Support
		want       limits.Answer
	}{
		{"not asked", "  jurisdictions: {allow: [EU]}\n", nil, limits.NotAsked},
		{"inside", spec, &graph.Support{Countries: []graph.Country{"DE", "FR"}, Confidence: graph.Documented}, limits.Inside},
		{"one outside", spec, &graph.Support{Countries: []graph.Country{"DE", "US"}, Confidence: graph.Documented}, limits.Outside},
		{"claimed", spec, &graph.Support{Countries: []graph.Country{"DE"}, Confidence: graph.Claimed}, limits.Unsure},
		{"unknown", spec, &graph.Support{Unknown: "a contract would tell"}, limits.Unsure},
		{"nothing said", spec, &graph.Support{}, limits.Unsure},
		{"no answer", spec, nil, limits.Unsure},
	} {
		if got, _ := of(t, c.spec).SupportFrom(c.s); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRegistry(t *testing.T) {
	const head = "  jurisdictions: {allow: [EU]}\n"
	for _, c := range []struct {
		spec, host string
		want       limits.Answer
	}{
		{head, "hub.example", limits.NotAsked},
		{head + "  stack: {registries: [hub.example]}\n", "hub.example", limits.Inside},
		{head + "  stack: {registries: [hub.example]}\n", "eu.hub.example", limits.Inside},
		{head + "  stack: {registries: [hub.example]}\n", "evilhub.example", limits.Outside},
		{head + "  stack: {registries: [hub.example]}\n", "hub.example.evil", limits.Outside},
		{head + "  stack: {registries: [hub.example]}\n", "", limits.Outside},
		{head + "  stack: {registries: []}\n", "hub.example", limits.Outside},
	} {
		if got := of(t, c.spec).Registry(c.host); got != c.want {
			t.Errorf("%q against %q: %s, want %s", c.host, c.spec, got, c.want)
		}
	}
}
