package kbs_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

const head = "apiVersion: bailiwick/v1\nkind: ReleasePolicy\n"

func TestPolicy(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "EOF"},
		{"kind: ReleasePolicy", "begins with"},
		{head, "no rule"},
		{head + "rule: []", "rule not found"},
		{head + "rules: [{resources: []}]", "names no resources"},
		{head + "rules: [{resources: [a/b]}]", "REPOSITORY/TYPE/TAG"},
		{head + "rules: [{resources: [a/b/c], data: ~, evidence: {place: {grade: enrolled, countries: [DE]}}}]", "data has no value"},
		{head + "rules: [{resources: [a/b/c*]}]", "a part may be *"},
		{head + "rules: [{resources: [../b/c]}]", "REPOSITORY/TYPE/TAG"},
		{head + "rules: [{resources: [a/b/c]}]", "asks for no place"},
		{head + "rules: [{resources: [a/b/c], evidence: {place: {grade: unknown, countries: [DE]}}}]", "no place"},
		{head + "rules: [{resources: [a/b/c], evidence: {place: {grade: enrolled}}}]", "any country would do"},
		{head + "rules: [{resources: [a/b/c], evidence: {place: {grade: enroled, countries: [DE]}}}]", "enroled"},
		{head + "rules: [{resources: [a/b/c], evidence: {accept: [debug], place: {grade: enrolled, countries: [DE]}}}]", "not for the release"},
		{head + "rules: [{resources: [a/b/c], evidence: {accept: [no-nonce], place: {grade: enrolled, countries: [DE]}}}]", "not for the release"},
		{head + "rules: [{resources: [a/b/c], evidence: {accept: [migration], place: {grade: enrolled, countries: [DE]}}}]", "not for the release"},
		{head + "rules: [{resources: [a/b/c], sample: true, data: [x]}]", "nothing else can be asked"},
		{head + "operators: {x.example: Germany}\nrules: [{resources: [a/b/c], sample: true}]", "two capital letters"},
		{head + "rules: [{resources: [a/b/c], sample: true}]\n---\n", "more than one document"},
		{head + "rules: [{resources: [a/*/c], sample: true}, {resources: [x/y/z, a/b/c], sample: true}]", "rule 2: resources: a/b/c: rule 1 names it already"},
		{head + "rules: [{resources: [a/*/*], sample: true}, {resources: [a/*/c], sample: true}]", "rule 1 names it already"},
		{head + "rules: [{resources: [a/b/c], sample: true}, {resources: [a/b/c], sample: true}]", "rule 1 names it already"},
	} {
		if _, err := kbs.ParsePolicy([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
	parse(t, []byte(head+"rules: [{resources: [a/b/c, a/b/*], sample: true}, {resources: [a/*/c], sample: true}, {resources: ['*/*/*'], sample: true}]"))
	if p := parse(t, policyText()); len(p.Rules) != 3 || !strings.HasPrefix(p.Digest, "sha256:") || len(p.Classes()) != 1 {
		t.Errorf("%+v", p)
	}
}

// TestAttestations: bodies that bind no key, or bring more than any device has,
// are read by nobody.
func TestAttestations(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		tee    string
		prove  func([]byte) any
		change func(*guest, string) string
		word   string
	}{
		{"no key", "tdx", w.tdx(nil), func(g *guest, body string) string {
			return strings.Replace(body, `,"tee-pubkey":`+g.jwk(), "", 1)
		}, "SerdeError"},
		{"key null", "tdx", w.tdx(nil), func(g *guest, body string) string { return strings.Replace(body, g.jwk(), "null", 1) }, "SerdeError"},
		{"key of another kind", "tdx", w.tdx(nil), func(g *guest, body string) string {
			return strings.Replace(body, g.jwk(), `{"kty":"AKP","alg":"ML-KEM-768-A192KW","pub":"AA"}`, 1)
		}, "SerdeError"},
		{"no runtime-data", "tdx", w.tdx(nil), func(g *guest, body string) string {
			return strings.Replace(body, `"runtime-data"`, `"runtime-date"`, 1)
		}, "SerdeError"},
		{"no evidence", "tdx", w.tdx(nil), func(g *guest, body string) string {
			return strings.Replace(body, `"primary_evidence"`, `"evidence"`, 1)
		}, "SerdeError"},
		{"a chain without end", "snp", func(data []byte) any {
			e := w.snp(nil)(data).(map[string]any)
			for range 20 {
				e["cert_chain"] = append(e["cert_chain"].([]any), e["cert_chain"].([]any)[0])
			}
			return e
		}, func(_ *guest, body string) string { return body }, "evidence"},
	} {
		g := newGuest(t, w.url, c.tee, c.prove)
		body := string(g.answer(must(g.challenge())))
		changed := c.change(g, body)
		if err := g.send([]byte(changed)); err == nil {
			t.Errorf("%s: a token was given", c.name)
		} else {
			refused(t, err, http.StatusUnauthorized, c.word)
		}
	}
}

// TestEntries: what the journal gets fits the ledger's schema, whatever was
// decided, and no byte of what a client typed is in it.
func TestEntries(t *testing.T) {
	w := newWorld(t)
	w.state.Perimeter = perimeterOf(t, w.state.Policy, "EU", "EU")
	if err := w.server.Load(w.state); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*mint.Quote){nil, func(q *mint.Quote) { q.PPID = denver }, func(q *mint.Quote) { q.Debug = true }} {
		g := w.guest(change)
		if err := g.attest(); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"clinic/model/key", "clinic/any/jane.doe", "jane.doe/a/b"} {
			_, _ = g.get(id)
		}
	}
	seen := map[kbs.Decision]int{}
	for _, e := range w.journal.events {
		seen[e.Decision]++
		b, err := e.Entry().Marshal()
		if err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		if bytes.Contains(b, []byte("jane")) {
			t.Errorf("the ledger has %s", b)
		}
		back, err := entry.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		f := back.Facts.(*entry.KeyRelease)
		if f.Result != string(e.Decision) || e.Place != nil && f.Place != string(e.Place.Grade) || len(f.Evidence) != 1 || f.Policy == "" || f.Perimeter == "" {
			t.Errorf("the ledger has %s", b)
		}
		if e.Decision == kbs.Released && (f.Resource != "clinic/model/key" || !slices.Equal(f.Countries, []string{"DE"})) {
			t.Errorf("the ledger has %s", b)
		}
	}
	if seen[kbs.Attested] != 3 || seen[kbs.Released] != 1 || seen[kbs.Refused] != 8 {
		t.Errorf("the journal has %v", seen)
	}
}

// TestWords: the ledger has a word of its own for each check.
func TestWords(t *testing.T) {
	for _, c := range []attest.CheckName{
		attest.CheckSignature, attest.CheckChain, attest.CheckRevocation, attest.CheckCollateral, attest.CheckTCB, attest.CheckDebug,
		attest.CheckMeasurement, attest.CheckNonce, attest.CheckKind, attest.CheckMode, attest.CheckFacts, attest.CheckPlace,
	} {
		e := kbs.Event{Time: mint.Now.Truncate(time.Second), Decision: kbs.Refused, Reasons: []string{string(c)}}
		if f := e.Entry().Facts.(*entry.KeyRelease); len(f.Why) != 1 || f.Why[0] != string(c) {
			t.Errorf("%s is entered as %v", c, f.Why)
		}
		if _, err := e.Entry().Marshal(); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	f.Add(policyText())
	f.Add([]byte(head + "rules: [{resources: [a/*/c], sample: true}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := kbs.ParsePolicy(b)
		if err != nil {
			return
		}
		for _, r := range p.Rules {
			if len(r.Resources) == 0 || !r.Sample && (r.Evidence.Place == nil || r.Evidence.Place.Grade == attest.Unknown) {
				t.Errorf("a rule that asks for no place: %+v", r)
			}
		}
	})
}

// FuzzServer sends anything to the doors that take JSON: nothing panics, and
// nothing but evidence that was made for the challenge gets a token.
func FuzzServer(f *testing.F) {
	w := newWorld(f, func(w *world) { w.options.Limits.Challenge = time.Millisecond })
	g := w.guest(nil)
	good := g.answer("nonce")
	f.Add([]byte(`{"version":"0.4.0","tee":"tdx","extra-params":{}}`))
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"EC"`), []byte(`"RSA"`), 1))
	var snp map[string]any
	if err := json.Unmarshal(newGuest(f, w.url, "snp", w.snp(nil)).answer("nonce"), &snp); err != nil {
		f.Fatal(err)
	}
	raw, _ := json.Marshal(snp)
	f.Add(raw)
	h := w.server.Handler()
	f.Fuzz(func(t *testing.T, b []byte) {
		w.journal.events = nil
		w.later(2 * time.Millisecond) // so that sessions do not pile up
		call := func(path, cookie string, body []byte) *httptest.ResponseRecorder {
			out := httptest.NewRecorder()
			r := httptest.NewRequest("POST", path, bytes.NewReader(body))
			r.Header.Set("Cookie", cookie)
			h.ServeHTTP(out, r)
			if out.Code != 200 && !json.Valid(out.Body.Bytes()) {
				t.Fatalf("%d without ErrorInformation: %s", out.Code, out.Body)
			}
			return out
		}
		call("/kbs/v0/auth", "", b)
		for _, tee := range []string{"tdx", "snp"} {
			// The challenge is known only now, so the body gets its nonce.
			out := call("/kbs/v0/auth", "", []byte(`{"version":"0.4.0","tee":"`+tee+`"}`))
			var c kbs.Challenge
			if err := json.Unmarshal(out.Body.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			cookie, _, _ := strings.Cut(out.Header().Get("Set-Cookie"), ";")
			out = call("/kbs/v0/attest", cookie, bytes.ReplaceAll(b, []byte(`"nonce":"nonce"`), []byte(`"nonce":"`+c.Nonce+`"`)))
			if out.Code == 200 {
				t.Fatalf("a token was given for %q", b)
			}
		}
	})
}

func FuzzResource(f *testing.F) {
	f.Add("a/b/c")
	f.Add("../b/c")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := kbs.ParseID(s)
		if err == nil && (id.String() != s || filepath.Join("/dir", s) != "/dir/"+s || strings.ContainsAny(s, "\\\x00:\n")) {
			t.Errorf("%q was read as %q", s, id)
		}
	})
}
