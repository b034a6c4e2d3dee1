package kbs_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
)

func TestLimits(t *testing.T) {
	t.Run("requests of one address", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.options.Limits.Rate, w.options.Limits.Burst = 1, 3 })
		g := w.guest(nil)
		for range 3 {
			must(g.challenge())
		}
		_, err := g.challenge()
		refused(t, err, http.StatusTooManyRequests, "too many")
		w.later(2 * time.Second)
		must(g.challenge())
	})
	t.Run("a flood of sessions shuts out who makes it", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.options.Limits.Attested = 3 })
		var flood []*guest
		attest := func(g *guest) *guest {
			if err := g.attest(); err != nil {
				t.Fatal(err)
			}
			w.later(time.Second)
			return g
		}
		other := attest(newGuest(t, w.url, "snp", w.snp(nil)))
		for range 3 {
			flood = append(flood, attest(w.guest(nil)))
		}
		for _, g := range []*guest{other, flood[1], flood[2]} {
			if got, err := g.get("clinic/model/key"); err != nil || string(got) != secret {
				t.Errorf("%q, %v", got, err)
			}
		}
		_, err := flood[0].get("clinic/model/key")
		refused(t, err, http.StatusUnauthorized, "TokenNotFound")
		_, err = flood[0].get("clinic/model/key", "Authorization", "Bearer "+flood[0].token)
		refused(t, err, http.StatusUnauthorized, "TokenNotFound")
		attest(flood[0])
	})
	t.Run("a flood of challenges shuts nobody out", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.options.Limits.Pending = 2 })
		first, second := w.guest(nil), w.guest(nil)
		forgotten, kept := first.answer(must(first.challenge())), second.answer(must(second.challenge()))
		must(w.guest(nil).challenge())
		refused(t, first.send(forgotten), http.StatusUnauthorized, "challenge")
		if err := second.send(kept); err != nil {
			t.Error(err)
		}
		if err := first.attest(); err != nil {
			t.Error(err)
		}
	})
	t.Run("bodies", func(t *testing.T) {
		g := newWorld(t).guest(nil)
		_, err := g.call("POST", "/kbs/v0/auth", bytes.Repeat([]byte(" "), 17<<10))
		refused(t, err, http.StatusRequestEntityTooLarge, "SerdeError")
		_, err = g.call("POST", "/kbs/v0/attest", bytes.Repeat([]byte("["), 3<<20))
		refused(t, err, http.StatusRequestEntityTooLarge, "SerdeError")
		refused(t, g.send(bytes.Repeat([]byte("["), 1<<20)), http.StatusUnauthorized, "nested deeper")
	})
}

func TestProtocol(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	for _, c := range []struct{ body, says string }{
		{`{"version":"0.1.1","tee":"tdx","extra-params":""}`, "0.4.0 is"},
		{`{"version":"0.4","tee":"tdx"}`, "0.4.0 is"},
		{`{"version":"0.4.0-evil","tee":"tdx"}`, "0.4.0 is"},
		{`{"version":"0.4.0","tee":"sample","extra-params":""}`, "not judged here"},
		{`{"version":"0.4.0","tee":"az-snp-vtpm","extra-params":""}`, "not judged here"},
		{`{"version":"0.4.0","tee":"tdx","tee":"snp"}`, "stands twice"},
		{`{"version":"0.4.0","tee":"tdx"}{}`, "stands behind"},
		{`{"version":"0.4.0","tee":7}`, "cannot be read"},
		{``, "cannot be read"},
	} {
		_, err := g.call("POST", "/kbs/v0/auth", []byte(c.body))
		refused(t, err, http.StatusUnauthorized, c.says)
	}
	if _, err := g.call("POST", "/kbs/v0/auth", []byte(`{"version":"0.4.7","tee":"tdx","extra-params":{}}`)); err != nil {
		t.Errorf("a later patch: %v", err)
	}
	for _, path := range []string{"/kbs/v0/resource-policy", "/kbs/v0/attestation-policy", "/kbs/v0/resource/clinic/model/key"} {
		_, err := g.call("POST", path, []byte(`{}`))
		refused(t, err, http.StatusNotFound, "InvalidRequestPath")
	}
	resp := must(http.Post(w.url+"/kbs/v0/auth", "application/json", strings.NewReader(`{"version":"0.4.0","tee":"tdx","extra-params":""}`)))
	defer resp.Body.Close()
	cookie := resp.Header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "kbs-session-id=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "Max-Age=120") {
		t.Errorf("the cookie is %q", cookie)
	}
	out := httptest.NewRecorder()
	w.server.Metrics(out, nil)
	if !strings.Contains(out.Body.String(), "bailiwick_kbs_challenges_total 2\n") {
		t.Errorf("metrics:\n%s", out.Body)
	}
}

// TestStore: nothing stands in the clear, and a file opens only as what it is.
func TestStore(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	s := kbs.NewStore(dir, localKey(t))
	one, two := must(kbs.ParseID("a/b/one")), must(kbs.ParseID("a/b/two"))
	for _, id := range []kbs.ID{two, one} {
		if err := s.Put(ctx, id, []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "a", "b", "one.sealed")
	raw := must(os.ReadFile(path))
	if bytes.Contains(raw, []byte(secret)) || bytes.Contains(raw, []byte("model")) {
		t.Error("the resource stands in the clear")
	}
	if ids := must(s.List()); len(ids) != 2 || ids[0] != one {
		t.Errorf("list: %v", ids)
	}
	if err := os.Rename(path, filepath.Join(dir, "a", "b", "two.sealed")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(ctx, two); err == nil {
		t.Error("a file that was renamed opened")
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(ctx, one); err == nil {
		t.Error("a file that was altered opened")
	}
	if err := s.Put(ctx, one, make([]byte, kbs.MaxResource+1)); err == nil {
		t.Error("too long a resource was kept")
	}
}

func TestSealedResource(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Put(t.Context(), must(kbs.ParseID("clinic/model/key")), []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, err := g.get("clinic/model/key"); err != nil || string(got) != "new" {
		t.Errorf("after a new put: %q, %v", got, err)
	}
	closed := newWorld(t, func(w *world) { w.options.Resources = kbs.NewStore(w.dir, localKey(t)) })
	g = closed.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	_, err := g.get("clinic/model/key")
	refused(t, err, http.StatusServiceUnavailable, "cannot be opened now")
	if e := closed.journal.last(); e.Decision != kbs.Refused || e.Reasons[0] != "sealed" {
		t.Errorf("the journal has %+v", e)
	}
}
