package kbs_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
)

// A rack is GPUs of one vendor, and what it publishes of them.
type rack struct {
	vendor     *mint.NVIDIA
	cards      []*mint.GPU
	collateral []attest.Item
}

func newRack(n int) *rack {
	r := &rack{vendor: mint.NewNVIDIA()}
	golden := func(indices ...int) map[int][48]byte {
		values := map[int][48]byte{}
		for _, i := range indices {
			values[i] = mint.Measurement(i)
		}
		return values
	}
	r.collateral = slices.Concat([]attest.Item{r.vendor.Manifest("550.90.07", golden(7, 9, 35)), r.vendor.Manifest("96.00.9F.00.01", golden(0, 1, 2))}, r.vendor.Lists(mint.Now))
	for range n {
		r.cards = append(r.cards, r.vendor.GPU())
	}
	return r
}

func (r *rack) report(card int, data []byte, change func(*mint.Measured)) attest.Evidence {
	m := mint.Measured{Nonce: [32]byte(data), Driver: "550.90.07", VBIOS: [5]byte{0x96, 0, 0x9F, 0, 1}, Firmware: [48]byte{0xF1}}
	if change != nil {
		change(&m)
	}
	return r.cards[card].Report(m)
}

// chip is the name of a card in lists of places.
func (r *rack) chip(card int) string {
	v := must(all.Verify(r.report(card, make([]byte, 32), nil), attest.Options{Roots: r.vendor.Roots(), Now: mint.Now, Collateral: mint.Collateral(r.collateral...)}))
	return v.Claims.Chip.ID
}

// in makes a world know the cards.
func (r *rack) in(w *world) {
	w.options.Roots = append(w.options.Roots, r.vendor.Roots()...)
	w.state.Collateral = mint.Collateral(append(r.collateral, w.intel.Items(mint.Statements{})...)...)
}

// send makes evidence of cards as a guest sends it.
func (r *rack) send(change func(*mint.Measured), cards ...int) func([]byte) any {
	return func(data []byte) any {
		var list []any
		for _, card := range cards {
			e := r.report(card, data, change)
			var chain []byte
			for _, c := range e.Certificates {
				chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
			}
			list = append(list, map[string]any{
				"arch": "HOPPER", "uuid": "GPU-1", "evidence": base64.StdEncoding.EncodeToString(e.Report), "certificate": base64.StdEncoding.EncodeToString(chain),
			})
		}
		return map[string]any{"nvidia": map[string]any{"device_evidence_list": list}}
	}
}

// TestGPU: a machine with a GPU binds the GPU's evidence in its own.
func TestGPU(t *testing.T) {
	r := newRack(1)
	w := newWorld(t, r.in, func(w *world) { w.state.Places = places(t, r.chip(0)) })
	send := func(change func(*mint.Measured)) func([]byte) any { return r.send(change, 0) }
	g := w.guest(nil)
	g.device = send(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	if got, err := g.get("clinic/gpu/key"); err != nil || string(got) != secret {
		t.Fatalf("%q, %v", got, err)
	}
	if e := w.journal.last(); len(e.Evidence) != 2 {
		t.Errorf("the journal has %+v", e)
	}
	_, err := g.get("clinic/model/key") // whose rule takes no GPUs
	refused(t, err, http.StatusForbidden, "kind")

	g = w.guest(nil)
	g.device = send(func(m *mint.Measured) { m.Other = map[int][48]byte{7: {1}} })
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	_, err = g.get("clinic/gpu/key")
	refused(t, err, http.StatusForbidden, "measurement")

	g = w.guest(nil)
	g.device = func([]byte) any { return send(nil)(make([]byte, 32)) }
	refused(t, g.attest(), http.StatusUnauthorized, "nonce")
	g.device = func([]byte) any { return map[string]any{"tpm": map[string]any{}} }
	refused(t, g.attest(), http.StatusUnauthorized, "evidence")
}

// TestGPUs: GPUs count by their chips, and those of a machine stand where it does.
func TestGPUs(t *testing.T) {
	r := newRack(3)
	list := placeList(r.chip(0), r.chip(1))
	list.Chips = append(list.Chips, place.Chip{Kind: attest.NVIDIA, ID: r.chip(2), Site: "muc1"})
	w := newWorld(t, r.in, func(w *world) {
		w.state.Places = open(t, list)
		w.state.Policy = parse(t, bytes.Replace(policyText(), []byte("gpus: 1"), []byte("gpus: 2"), 1))
	})
	for _, c := range []struct {
		name  string
		cards []int
		word  string
	}{
		{"two", []int{0, 1}, ""},
		{"one", []int{0}, "devices"},
		{"one, shown twice", []int{0, 0}, "devices"},
		{"one at another site", []int{0, 2}, "devices"},
		{"more, one at another site", []int{0, 1, 2}, "devices"},
	} {
		g := w.guest(nil)
		g.device = r.send(nil, c.cards...)
		if err := g.attest(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got, err := g.get("clinic/gpu/key")
		if c.word == "" {
			if err != nil || string(got) != secret {
				t.Errorf("%s: %q, %v", c.name, got, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: a key was released", c.name)
			continue
		}
		refused(t, err, http.StatusForbidden, c.word)
	}
}
