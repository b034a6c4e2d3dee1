package kbs_test

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// TestGPU: a machine with a GPU binds the GPU's evidence in its own.
func TestGPU(t *testing.T) {
	vendor := mint.NewNVIDIA()
	card := vendor.GPU()
	golden := func(indices ...int) map[int][48]byte {
		values := map[int][48]byte{}
		for _, i := range indices {
			values[i] = mint.Measurement(i)
		}
		return values
	}
	collateral := slices.Concat([]attest.Item{vendor.Manifest("550.90.07", golden(7, 9, 35)), vendor.Manifest("96.00.9F.00.01", golden(0, 1, 2))}, vendor.Lists(mint.Now))
	report := func(data []byte, change func(*mint.Measured)) attest.Evidence {
		m := mint.Measured{Nonce: [32]byte(data), Driver: "550.90.07", VBIOS: [5]byte{0x96, 0, 0x9F, 0, 1}, Firmware: [48]byte{0xF1}}
		if change != nil {
			change(&m)
		}
		return card.Report(m)
	}
	first := report(make([]byte, 32), nil)
	v := must(all.Verify(first, attest.Options{Roots: vendor.Roots(), Now: mint.Now, Collateral: mint.Collateral(collateral...)}))
	w := newWorld(t, func(w *world) {
		w.options.Roots = append(w.options.Roots, vendor.Roots()...)
		w.state.Collateral = mint.Collateral(append(collateral, w.intel.Items(mint.Statements{})...)...)
		w.state.Places = places(t, v.Claims.Chip.ID)
	})
	send := func(change func(*mint.Measured)) func([]byte) any {
		return func(data []byte) any {
			e := report(data, change)
			var chain []byte
			for _, c := range e.Certificates {
				chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
			}
			return map[string]any{"nvidia": map[string]any{"device_evidence_list": []any{map[string]any{
				"arch": "HOPPER", "uuid": "GPU-1", "evidence": base64.StdEncoding.EncodeToString(e.Report), "certificate": base64.StdEncoding.EncodeToString(chain),
			}}}}
		}
	}
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
