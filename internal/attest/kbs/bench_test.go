package kbs_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkRelease is one resource for an attested guest with TDX: evidence
// judged anew, resource unsealed, sealed for the guest. No journal's disk.
func BenchmarkRelease(b *testing.B) {
	w := newWorld(b)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		b.Fatal(err)
	}
	h := w.server.Handler()
	for b.Loop() {
		r := httptest.NewRequest("GET", "/kbs/v0/resource/clinic/model/key", nil)
		r.Header.Set("Authorization", "Bearer "+g.token)
		out := httptest.NewRecorder()
		if h.ServeHTTP(out, r); out.Code != http.StatusOK {
			b.Fatal(out.Code, out.Body)
		}
	}
}
