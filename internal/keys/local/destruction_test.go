package local

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// destroyed is a proof of version 1 of 2, each time the same.
func destroyed() Destruction {
	k := &Key{head: head{ID: strings.Repeat("5a", idSize)}, now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
	return k.lastWords(version{Number: 1, Created: time.Unix(1_700_000_000, 0).UTC(), Seed: bytes.Repeat([]byte{7}, ed25519.SeedSize)}, []int{2})
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParseDestructions(t *testing.T) {
	d := destroyed()
	for text, want := range map[string]int{asJSON(t, d): 1, "\n " + asJSON(t, []Destruction{d, d}) + "\n": 2} {
		all, err := ParseDestructions([]byte(text))
		if err != nil || len(all) != want || !cmp.Equal(all[want-1], d) || all[0].Verify() != nil {
			t.Errorf("%s: %+v, %v", text, all, err)
		}
	}
	changed := func(change func(*Destruction)) string {
		c := d
		change(&c)
		return asJSON(t, c)
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":          {"", "no proof"},
		"no proofs":        {"[]", "list of no proofs"},
		"null":             {"null", "id of a key"},
		"an empty one":     {"{}", "id of a key"},
		"an entry":         {`{"kind":"erasure"}`, "unknown field"},
		"two behind":       {asJSON(t, d) + asJSON(t, d), "something stands behind"},
		"a bracket behind": {asJSON(t, d) + "]", "something stands behind"},
		"a key":            {changed(func(d *Destruction) { d.Key = "records" }), "id of a key"},
		"version 0":        {changed(func(d *Destruction) { d.Version = 0 }), "version 0"},
		"what is left":     {changed(func(d *Destruction) { d.Left = []int{1, 2} }), "version 1 is gone"},
		"a short key":      {changed(func(d *Destruction) { d.Public = d.Public[1:] }), "31 bytes"},
		"a promise":        {changed(func(d *Destruction) { d.Method = "it will be destroyed" }), "does not know"},
		"before it was":    {changed(func(d *Destruction) { d.Destroyed = d.Created.AddDate(0, 0, -1) }), "made on"},
	} {
		if all, err := ParseDestructions([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v, want %q", name, all, err, c.want)
		}
	}
}

func FuzzParseDestructions(f *testing.F) {
	d := destroyed()
	f.Add([]byte(asJSON(f, d)))
	f.Add([]byte(asJSON(f, []Destruction{d, d})))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ParseDestructions(b)
		if err != nil {
			return
		}
		for _, p := range all {
			if p.Verify() == nil && string(p.Message()) != string(d.Message()) {
				t.Fatalf("%s verifies", b)
			}
		}
		again, err := ParseDestructions([]byte(asJSON(t, all)))
		if err != nil || !cmp.Equal(all, again) {
			t.Fatalf("%s is read as %+v, %v", b, again, err)
		}
	})
}
