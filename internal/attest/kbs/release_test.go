package kbs_test

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
)

func TestRelease(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		tee   string
		prove func([]byte) any
	}{
		{"tdx", "tdx", w.tdx(nil)},
		{"snp", "snp", w.snp(nil)},
		{"snp of version 2", "snp", w.snp(func(s *mint.SNP) { s.Version = 2 })},
		{"snp of version 5", "snp", w.snp(func(s *mint.SNP) { s.Version = 5 })},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuest(t, w.url, c.tee, c.prove)
			if _, err := g.get("clinic/model/key"); err == nil {
				t.Fatal("a guest without a session got a key")
			}
			if err := g.attest(); err != nil {
				t.Fatal(err)
			}
			got, err := g.get("clinic/model/key")
			if err != nil || string(got) != secret {
				t.Fatalf("got %q, %v", got, err)
			}
			e := w.journal.last()
			if e.Decision != kbs.Released || e.Resource != "clinic/model/key" || e.Place.Country != "DE" || e.Place.Grade != "enrolled" || len(e.Evidence) != 1 || e.Policy != w.state.Policy.Digest {
				t.Errorf("the journal has %+v", e)
			}
			g.http.Jar = nil // the token alone
			if got, err := g.get("clinic/model/key", "Authorization", "Bearer "+g.token); err != nil || string(got) != secret {
				t.Errorf("by the token: %q, %v", got, err)
			}
			_, err = g.get("clinic/model/key")
			refused(t, err, http.StatusUnauthorized, "TokenNotFound")
		})
	}
}

func TestKeysOfGuests(t *testing.T) {
	w := newWorld(t)
	get := func(name string, change func(*guest)) {
		t.Helper()
		g := w.guest(nil)
		change(g)
		if err := g.attest(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := g.get("clinic/model/key"); err != nil || string(got) != secret {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, c := range []ecdh.Curve{ecdh.P256(), ecdh.P384(), ecdh.P521()} {
		get("EC", func(g *guest) { g.ec = must(c.GenerateKey(rand.Reader)) })
	}
	get("RSA", func(g *guest) { g.rsa = must(rsa.GenerateKey(rand.Reader, 2048)) })
	short := w.guest(nil)
	short.rsa = must(rsa.GenerateKey(rand.Reader, 1024))
	refused(t, short.attest(), http.StatusUnauthorized, "SerdeError")
}

// TestRefused: each is one thing that is wrong, and the word for it in the
// answer and in the journal.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	stranger := [16]byte{0x57}
	for _, c := range []struct {
		name  string
		tee   string
		prove func([]byte) any
		at    string // "attest" or a resource
		word  string
	}{
		{"wrong country", "tdx", w.tdx(func(q *mint.Quote) { q.PPID = denver }), "clinic/model/key", "place"},
		{"unknown chip", "tdx", w.tdx(func(q *mint.Quote) { q.PPID = stranger }), "clinic/model/key", "place"},
		{"masked chip", "snp", w.snp(func(s *mint.SNP) { s.ChipID, s.CertifiedChip = [64]byte{}, &munich }), "clinic/model/key", "place"},
		{"a cloud's key, no chip", "snp", w.snp(func(s *mint.SNP) { s.Cloud, s.ChipID = "cloud.example", [64]byte{} }), "clinic/model/key", "place"},
		{"debug", "tdx", w.tdx(func(q *mint.Quote) { q.Debug = true }), "clinic/model/key", "debug"},
		{"debug", "snp", w.snp(func(s *mint.SNP) { s.Policy = mint.SNPDebug }), "clinic/model/key", "debug"},
		{"old TCB", "tdx", w.tdx(func(q *mint.Quote) { q.SVN = 3 }), "clinic/model/key", "tcb"},
		{"old TCB", "snp", w.snp(func(s *mint.SNP) { s.TCB[6] = 19 }), "clinic/model/key", "tcb"},
		{"other software", "tdx", w.tdx(func(q *mint.Quote) { q.Code[1] ^= 1 }), "clinic/model/key", "measurement"},
		{"can be moved", "tdx", w.tdx(func(q *mint.Quote) { q.Migratable = true }), "clinic/model/key", "place"},
		{"no GPU", "tdx", w.tdx(nil), "clinic/gpu/key", "devices"},
		{"no rule", "tdx", w.tdx(nil), "others/model/key", "rule"},
		{"no perimeter loaded", "tdx", w.tdx(nil), "clinic/any/key", "perimeter"},
		{"another's root", "tdx", newForger(w).tdx(nil), "attest", "chain"},
		{"another's report data", "tdx", func([]byte) any { return w.tdx(nil)(make([]byte, 48)) }, "attest", "nonce"},
		{"an SNP report as a quote", "tdx", w.snp(nil), "attest", "evidence"},
		{"no evidence", "tdx", func([]byte) any { return map[string]any{"quote": ""} }, "attest", "evidence"},
	} {
		t.Run(c.name+", "+c.tee, func(t *testing.T) {
			g := newGuest(t, w.url, c.tee, c.prove)
			err := g.attest()
			if c.at == "attest" {
				refused(t, err, http.StatusUnauthorized, c.word)
				if _, err := g.get("clinic/model/key"); err == nil {
					t.Error("a refused guest got a key")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = g.get(c.at)
			refused(t, err, http.StatusForbidden, c.word)
			e := w.journal.last()
			if e.Decision != kbs.Refused || !slices.Contains(e.Reasons, c.word) || len(e.Evidence) != 1 {
				t.Errorf("the journal has %+v", e)
			}
			if strings.HasPrefix(c.at, "others") != strings.HasPrefix(e.Resource, "sha256:") {
				t.Errorf("the journal has the resource %s", e.Resource)
			}
		})
	}
}

// newForger is a world with other roots.
func newForger(w *world) *world { return &world{t: w.t, intel: mint.NewIntel(), amd: w.amd} }

func TestSessions(t *testing.T) {
	w := newWorld(t)
	t.Run("a nonce once", func(t *testing.T) {
		g := w.guest(nil)
		nonce := must(g.challenge())
		body := g.answer(nonce)
		if err := g.send(body); err != nil {
			t.Fatal(err)
		}
		refused(t, g.send(body), http.StatusUnauthorized, "challenge")
	})
	t.Run("a nonce once, though refused", func(t *testing.T) {
		g := w.guest(nil)
		nonce := must(g.challenge())
		bad := *g
		bad.prove = newForger(w).tdx(nil)
		refused(t, bad.send(bad.answer(nonce)), http.StatusUnauthorized, "chain")
		refused(t, g.send(g.answer(nonce)), http.StatusUnauthorized, "challenge")
	})
	t.Run("evidence of another session", func(t *testing.T) {
		g := w.guest(nil)
		old := g.answer(must(g.challenge()))
		must(g.challenge())
		refused(t, g.send(old), http.StatusUnauthorized, "challenge")
	})
	t.Run("evidence for another's key", func(t *testing.T) {
		victim, thief := w.guest(nil), w.guest(nil)
		nonce := must(thief.challenge())
		body := strings.Replace(string(victim.answer(nonce)), victim.jwk(), thief.jwk(), 1)
		refused(t, thief.send([]byte(body)), http.StatusUnauthorized, "nonce")
	})
	t.Run("another's cookie opens nothing", func(t *testing.T) {
		g, thief := w.guest(nil), w.guest(nil)
		if err := g.attest(); err != nil {
			t.Fatal(err)
		}
		thief.http.Jar = g.http.Jar
		if _, err := thief.get("clinic/model/key"); err == nil || errors.As(err, new(status)) {
			t.Fatalf("a stolen cookie opened a key: %v", err)
		}
	})
	t.Run("a challenge expires", func(t *testing.T) {
		g := w.guest(nil)
		body := g.answer(must(g.challenge()))
		w.later(3 * time.Minute)
		refused(t, g.send(body), http.StatusUnauthorized, "challenge")
	})
	t.Run("a session expires", func(t *testing.T) {
		g := w.guest(nil)
		if err := g.attest(); err != nil {
			t.Fatal(err)
		}
		w.later(11 * time.Minute)
		_, err := g.get("clinic/model/key")
		refused(t, err, http.StatusUnauthorized, "TokenNotFound")
		_, err = g.get("clinic/model/key", "Authorization", "Bearer "+g.token)
		refused(t, err, http.StatusUnauthorized, "TokenVerifierError")
	})
	t.Run("collateral expires below a session", func(t *testing.T) {
		long := newWorld(t, func(w *world) { w.options.Limits.Session = 30 * 24 * time.Hour })
		g := long.guest(nil)
		if err := g.attest(); err != nil {
			t.Fatal(err)
		}
		long.later(21 * 24 * time.Hour)
		_, err := g.get("clinic/model/key")
		refused(t, err, http.StatusForbidden, "collateral")
	})
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	g.http.Jar = nil
	parts := strings.Split(g.token, ".")
	for name, token := range map[string]string{
		"nothing": "", "no token": "x", "no signature": parts[0] + "." + parts[1] + ".",
		"none":      b64([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + ".",
		"other key": parts[0] + "." + parts[1] + "." + b64(must(key(7).Sign([]byte(parts[0]+"."+parts[1])))),
		"altered":   parts[0] + "." + b64([]byte(strings.Replace(string(un64(parts[1])), `"iat"`, `"iaT"`, 1))) + "." + parts[2],
	} {
		_, err := g.get("clinic/model/key", "Authorization", "Bearer "+token)
		if err == nil {
			t.Errorf("%s: a key was released", name)
			continue
		}
		refused(t, err, http.StatusUnauthorized, "Token")
	}
	var c struct {
		Submods map[string]struct {
			Status   string         `json:"ear.status"`
			Vector   map[string]int `json:"ear.trustworthiness-vector"`
			Evidence map[string]any `json:"ear.veraison.annotated-evidence"`
		}
		PubKey json.RawMessage `json:"tee-pubkey"`
	}
	if err := json.Unmarshal(un64(parts[1]), &c); err != nil {
		t.Fatal(err)
	}
	// Which software runs was asked by nobody yet, so nobody affirms it.
	if cpu := c.Submods["cpu0"]; cpu.Status != "warning" || cpu.Vector["hardware"] != 2 || cpu.Vector["executables"] != 32 || string(c.PubKey) != g.jwk() {
		t.Errorf("the token says %s", un64(parts[1]))
	}
	debugged := w.guest(func(q *mint.Quote) { q.Debug = true })
	if err := debugged.attest(); err != nil {
		t.Fatal(err)
	}
	c.Submods = nil
	if err := json.Unmarshal(un64(strings.Split(debugged.token, ".")[1]), &c); err != nil {
		t.Fatal(err)
	}
	if cpu := c.Submods["cpu0"]; cpu.Status != "contraindicated" || cpu.Vector["configuration"] != 96 {
		t.Errorf("the token of a guest in debug says %+v", cpu)
	}
	var set struct{ Keys []struct{ X, Kid string } }
	if err := json.Unmarshal(must(g.call("GET", "/.well-known/jwks.json", nil)), &set); err != nil || len(set.Keys) != 1 || set.Keys[0].X != b64(key(1).Public()) {
		t.Errorf("jwks: %+v, %v", set, err)
	}
}

// TestJournalDown: what cannot be recorded does not happen.
func TestJournalDown(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	health := func() int {
		out := httptest.NewRecorder()
		w.server.Health(out, nil)
		return out.Code
	}
	w.journal.fail(errors.New("no space left on device"))
	_, err := g.get("clinic/model/key")
	refused(t, err, http.StatusServiceUnavailable, "journal")
	_, err = g.get("others/model/key")
	refused(t, err, http.StatusServiceUnavailable, "journal")
	refused(t, w.guest(nil).attest(), http.StatusServiceUnavailable, "journal")
	if code := health(); code != http.StatusServiceUnavailable {
		t.Errorf("without a journal the health is %d", code)
	}
	w.journal.fail(nil)
	if got, err := g.get("clinic/model/key"); err != nil || string(got) != secret {
		t.Errorf("after it came back: %q, %v", got, err)
	}
	if code := health(); code != http.StatusOK {
		t.Errorf("with a journal the health is %d", code)
	}
}

// TestStruckOff: a chip that is struck off the list gets nothing more, though
// its session lives.
func TestStruckOff(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	if _, err := g.get("clinic/model/key"); err != nil {
		t.Fatal(err)
	}
	list := w.state.Places.(*place.Opened).List
	list.Chips = list.Chips[1:]
	w.state.Places = open(t, &list)
	if err := w.server.Load(w.state); err != nil {
		t.Fatal(err)
	}
	_, err := g.get("clinic/model/key")
	refused(t, err, http.StatusForbidden, "place")
	w.state.Places = nil
	if err := w.server.Load(w.state); err != nil {
		t.Fatal(err)
	}
	_, err = g.get("clinic/model/key")
	refused(t, err, http.StatusForbidden, "place")
}

func TestNoResource(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Remove(must(kbs.ParseID("clinic/model/key"))); err != nil {
		t.Fatal(err)
	}
	_, err := g.get("clinic/model/key")
	refused(t, err, http.StatusNotFound, "no such resource")
	before := len(w.journal.since(0))
	for _, path := range []string{"a/b", "a/b/c/d", "a/b/..", "%2e%2e/b/c", "a%2fb/c/d", "a//c", "a/b/.hidden", "a/b/c%0a", "a/b/c%00", "a/b/%2e%2e%2fkey"} {
		_, err := g.get(path)
		refused(t, err, http.StatusNotFound, "InvalidRequestPath")
	}
	if after := w.journal.since(before); len(after) != 0 {
		t.Errorf("what is no resource is entered as one: %+v", after)
	}
}

// TestHead: what sends no key enters no release.
func TestHead(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	resp := must(g.http.Head(w.url + "/kbs/v0/resource/clinic/model/key"))
	resp.Body.Close()
	if e := w.journal.last(); resp.StatusCode != http.StatusNotFound || e.Decision != kbs.Attested {
		t.Errorf("%s, and the journal has %+v", resp.Status, e)
	}
}

// stuck is resources whose key does not answer.
type stuck struct{ *kbs.Store }

func (stuck) Open(ctx context.Context, _ kbs.ID) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestKeyAway: a key that does not answer holds up nobody for long.
func TestKeyAway(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.options.Resources, w.options.Limits.Unseal = stuck{w.store}, 10*time.Millisecond
	})
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	_, err := g.get("clinic/model/key")
	refused(t, err, http.StatusServiceUnavailable, "cannot be opened now")
	if e := w.journal.last(); e.Decision != kbs.Refused || e.Reasons[0] != "sealed" {
		t.Errorf("the journal has %+v", e)
	}
}
