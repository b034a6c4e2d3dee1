package cli

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A site is a folder with all that attest serve needs, below a fake Intel.
type site struct {
	t     *testing.T
	dir   string
	intel *mint.Intel
	later atomic.Int64 // how much later than mint.Now it is
}

func (s *site) clock() time.Time { return mint.Now.Add(time.Duration(s.later.Load())) }

// dpo signs lists of places.
type dpo ed25519.PrivateKey

func (d dpo) Public() ed25519.PublicKey { return ed25519.PrivateKey(d).Public().(ed25519.PublicKey) }

func (d dpo) Sign(m []byte) ([]byte, error) { return ed25519.Sign(ed25519.PrivateKey(d), m), nil }

var brokerCode, brokerChip = [48]byte{0xC0, 0xDE}, [16]byte{0xBE, 1}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), intel: mint.NewIntel()}
	s.write("pass", "correct horse battery")
	k, err := local.Create(s.path("key"), local.Options{Secret: []byte("correct horse battery"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.path("ledger"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.ledger("none")
	s.policy("DE")
	s.write("policy.yaml", fmt.Sprintf("measurements: {tdx: {mrtd: [%x]}}\nplace: {grade: enrolled, countries: [DE]}\n", brokerCode))
	bundle, err := attest.Pack(mint.Now, s.intel.Items(mint.Statements{})...)
	if err != nil {
		t.Fatal(err)
	}
	s.write("bundle.json", string(bundle))
	signer := dpo(ed25519.NewKeyFromSeed(make([]byte, 32)))
	day := mint.Now.Truncate(24 * time.Hour)
	signed, err := place.Sign(&place.List{
		Issued: day.AddDate(0, -1, 0), Expires: day.AddDate(0, 1, 0), Sites: []place.Site{{Name: "ber1", Country: "DE", Operator: "clinic.example"}},
		Chips: []place.Chip{{Kind: attest.TDX, ID: hex.EncodeToString(brokerChip[:]), Site: "ber1"}},
	}, c2sp.LogSigner("clinic.example/dpo", signer))
	if err != nil {
		t.Fatal(err)
	}
	s.write("places.txt", string(signed))
	s.write("authorities.txt", "enrolled "+c2sp.LogKey("clinic.example/dpo", signer.Public()).String()+"\n")
	s.write("model.key", "the key of the model")
	return s
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// ledger configures one with such shards.
func (s *site) ledger(shards string) {
	s.t.Helper()
	s.write("ledger/ledger.yaml", "apiVersion: bailiwick/v1\nkind: Ledger\norigin: clinic.example/kbs\nkey: file:"+s.path("key")+"\nguard: ../guard\nshards: "+shards+"\n")
}

// policy writes a release policy that allows one country.
func (s *site) policy(country string) {
	s.write("release.yaml", fmt.Sprintf("apiVersion: bailiwick/v1\nkind: ReleasePolicy\nrules:\n  - resources: [clinic/model/key]\n    evidence:\n      kinds: [tdx]\n      measurements: {tdx: {mrtd: [%x]}}\n      place: {grade: enrolled, countries: [%s]}\n", brokerCode, country))
}

func (s *site) quote(data []byte, change func(*mint.Quote)) []byte {
	q := mint.Quote{Version: 4, TDX: true, Code: brokerCode, PPID: brokerChip, SVN: 5, PCESVN: 5, QESVN: 5, TEESVN: [16]byte{5, 1}}
	copy(q.ReportData[:], data)
	if change != nil {
		change(&q)
	}
	return s.intel.Quote(q).Report
}

// A talk is output that a test reads while it is written.
type talk struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *talk) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *talk) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// run runs a command at the time and with the roots of what was minted.
func (s *site) run(talk io.Writer, args ...string) (string, error) {
	var out bytes.Buffer
	e := &env{in: strings.NewReader(""), out: &out, err: talk, now: s.clock, roots: attest.Roots{s.intel.Root()}}
	root := command(e)
	root.SetArgs(args)
	err := root.ExecuteContext(s.t.Context())
	return out.String(), err
}

// A served is a broker that runs. Its address is without the scheme.
type served struct {
	talk
	site    *site
	address string
	ended   chan error
}

// serve begins a broker.
func (s *site) serve(flags ...string) *served {
	s.t.Helper()
	b := &served{site: s, ended: make(chan error, 1)}
	args := append([]string{"attest", "serve", "--policy", s.path("release.yaml"), "--collateral", s.path("bundle.json"), "--places", s.path("places.txt"),
		"--authorities", s.path("authorities.txt"), "--ledger", s.path("ledger"), "--ledger-secret", "file:" + s.path("pass"), "--listen", "127.0.0.1:0"}, s.sealed()...)
	go func() {
		_, err := s.run(b, append(args, flags...)...)
		b.ended <- err
	}()
	b.address = b.wait(`"address":"([^"]+)"`)
	return b
}

// sealed are the flags that name resources and their key.
func (s *site) sealed() []string {
	return []string{"--resources", s.path("resources"), "--key", "file:" + s.path("key"), "--secret", "file:" + s.path("pass")}
}

// put keeps the resource that is asked for.
func (s *site) put() {
	s.t.Helper()
	if _, err := s.run(io.Discard, append([]string{"attest", "resource", "put", "clinic/model/key", s.path("model.key")}, s.sealed()...)...); err != nil {
		s.t.Fatal(err)
	}
}

// end tells it to end, and gives how it did.
func (b *served) end() error {
	b.site.t.Helper()
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		b.site.t.Fatal(err)
	}
	return <-b.ended
}

// stop ends it, without an error.
func (b *served) stop() {
	b.site.t.Helper()
	if err := b.end(); err != nil {
		b.site.t.Fatalf("SIGTERM: %v\n%s", err, b)
	}
}

// wait gives what a pattern finds in what it says.
func (b *served) wait(pattern string) string {
	t := b.site.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(b.String()); m != nil {
			return m[1]
		}
		select {
		case err := <-b.ended:
			t.Fatalf("it ended: %v\n%s", err, b)
		case <-ctx.Done():
			t.Fatalf("nothing like %q was said:\n%s", pattern, b)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (b *served) guest() *rsaGuest { return &rsaGuest{s: b.site, url: "http://" + b.address} }

// plain are the flags of a broker without TLS.
var plain = []string{"--issuer", "http://kbs.clinic.example", "--insecure-http"}

func TestAttestVerify(t *testing.T) {
	s := newSite(t)
	nonce := bytes.Repeat([]byte{7}, 48)
	s.write("good", string(s.quote(nonce, nil)))
	s.write("debug", string(s.quote(nonce, func(q *mint.Quote) { q.Debug = true })))
	s.write("stranger", string(s.quote(nonce, func(q *mint.Quote) { q.PPID[0] = 9 })))
	s.write("junk", "junk!")
	all := []string{"--policy", s.path("policy.yaml"), "--collateral", s.path("bundle.json"), "--places", s.path("places.txt"), "--authorities", s.path("authorities.txt"), "--nonce", hex.EncodeToString(nonce)}
	for _, c := range []struct {
		name, file string
		args       []string
		want       int
		says       string
	}{
		{"good", "good", all, exitPass, "place: ber1 in DE"},
		{"json", "good", append(all, "--format", "json"), exitPass, `"verdict": "pass"`},
		{"debug", "debug", all, exitViolation, "FAIL debug"},
		{"an unknown chip", "stranger", all, exitUndecided, "?    place"},
		{"no nonce", "good", all[:len(all)-2], exitUndecided, "?    nonce"},
		{"junk", "junk", all, exitError, "the file is no evidence"},
		{"places of nobody", "good", all[:6], exitError, "--authorities"},
	} {
		out, err := s.run(io.Discard, append([]string{"attest", "verify", s.path(c.file)}, c.args...)...)
		got, code := exitPass, exit(0)
		switch {
		case errors.As(err, &code):
			got = int(code)
		case err != nil:
			got, out = exitError, out+err.Error()
		}
		if got != c.want || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit %d, want %d:\n%s", c.name, got, c.want, out)
		}
	}
}

func TestAttestServe(t *testing.T) {
	s := newSite(t)
	s.put()
	if out, err := s.run(io.Discard, "attest", "resource", "list", "--resources", s.path("resources")); err != nil || out != "clinic/model/key\n" {
		t.Fatalf("list: %q, %v", out, err)
	}
	b := s.serve(append(plain, "--poll", "10ms")...)
	g := b.guest()
	if _, err := g.get(); err == nil || !strings.Contains(err.Error(), "TokenNotFound") {
		t.Fatalf("without a session: %v", err)
	}
	g.released()
	s.policy("FR")
	b.wait(`files changed and are (in force)`)
	if _, err := g.get(); err == nil || !strings.Contains(err.Error(), "PolicyDeny") {
		t.Fatalf("after the policy changed: %v", err)
	}
	s.write("release.yaml", "rubbish")
	b.wait(`(not taken)`)
	if _, err := g.get(); err == nil || !strings.Contains(err.Error(), "PolicyDeny") {
		t.Fatalf("after the policy was broken: %v", err)
	}
	b.stop()
	if got, want := s.results("."), "refused attested released refused refused"; got != want {
		t.Errorf("the ledger has %q, want %q", got, want)
	}
}

// TestAttestServeWithoutLedger: a ledger that cannot begin its next month takes no
// entry, and no key leaves until it is open again.
func TestAttestServeWithoutLedger(t *testing.T) {
	s := newSite(t)
	s.put()
	s.ledger("monthly")
	s.later.Store(int64(-12*time.Hour - 30*time.Second)) // half a minute of October is left
	b := s.serve(plain...)
	g := b.guest()
	g.released()
	s.write("ledger/2026-11", "in the way")
	s.later.Add(int64(time.Minute))
	keptBack := func() {
		t.Helper()
		if got, err := g.get(); err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "journal") {
			t.Fatalf("without a ledger: %q, %v", got, err)
		}
	}
	keptBack()
	if err := os.Remove(s.path("ledger/2026-11")); err != nil {
		t.Fatal(err)
	}
	keptBack() // it failed, and is not open again
	_ = b.end()

	b = s.serve(plain...)
	b.guest().released()
	b.stop()
	for _, shard := range []string{"2026-10", "2026-11"} {
		if got, want := s.results(shard), "attested released"; got != want {
			t.Errorf("shard %s has %q, want %q", shard, got, want)
		}
	}
}

// TestAttestServeFlood: what callers without evidence were refused is counted in
// the ledger when the service ends.
func TestAttestServeFlood(t *testing.T) {
	s := newSite(t)
	b := s.serve(plain...)
	for range 25 {
		if _, err := b.guest().get(); err == nil || !strings.Contains(err.Error(), "401") {
			t.Fatalf("without a session: %v", err)
		}
	}
	b.stop()
	entries := s.entries(".")
	if len(entries) != 11 || entries[9].Count != 0 || entries[10].Count != 15 || strings.Join(entries[10].Why, " ") != "session" {
		t.Errorf("the ledger has %+v", entries)
	}
}

// TestAttestServeTLS: a broker with a certificate, as guests in production see it.
func TestAttestServeTLS(t *testing.T) {
	s := newSite(t)
	own, err := admit.NewAuthority(s.path("tls"), []string{"127.0.0.1"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := s.serve("--issuer", "https://kbs.clinic.example", "--metrics-listen", "127.0.0.1:0", "--tls-cert", s.path("tls/tls.crt"), "--tls-key", s.path("tls/tls.key"))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(own.Bundle())
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	resp, err := client.Post("https://"+b.address+"/kbs/v0/auth", "application/json", strings.NewReader(`{"version":"0.4.0","tee":"snp","extra-params":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if cookie := resp.Header.Get("Set-Cookie"); resp.StatusCode != http.StatusOK || !strings.Contains(cookie, "; Secure") {
		t.Errorf("%s, cookie %q", resp.Status, cookie)
	}
	b.stop()
}

// results are those of the key releases in a shard of the ledger.
func (s *site) results(shard string) string {
	s.t.Helper()
	var out []string
	for _, f := range s.entries(shard) {
		out = append(out, f.Result)
	}
	return strings.Join(out, " ")
}

// entries are the key releases in a shard of the ledger.
func (s *site) entries(shard string) []*entry.KeyRelease {
	s.t.Helper()
	r, err := ledger.OpenReader(s.path(filepath.Join("ledger", shard)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	var out []*entry.KeyRelease
	for i := range r.Head().Size {
		text, err := r.Entry(i)
		if err != nil {
			s.t.Fatal(err)
		}
		if i == 0 && !json.Valid(text) {
			continue // the final checkpoint of the month before
		}
		e, err := entry.Parse(text)
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, e.Facts.(*entry.KeyRelease))
	}
	return out
}

// An rsaGuest is the shortest client of the protocol: its key is RSA.
type rsaGuest struct {
	s    *site
	url  string
	http http.Client
	key  *rsa.PrivateKey
}

func (g *rsaGuest) call(method, path string, body []byte) ([]byte, error) {
	r, err := http.NewRequest(method, g.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := g.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, out)
	}
	return out, err
}

func (g *rsaGuest) attest() (err error) {
	if g.http.Jar, err = cookiejar.New(nil); err != nil {
		return err
	}
	if g.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return err
	}
	out, err := g.call("POST", "/kbs/v0/auth", []byte(`{"version":"0.4.0","tee":"tdx","extra-params":{}}`))
	if err != nil {
		return err
	}
	var c struct{ Nonce string }
	if err := json.Unmarshal(out, &c); err != nil {
		return err
	}
	raw := base64.RawURLEncoding
	jwk := fmt.Sprintf(`{"alg":"RSA-OAEP-256","e":%q,"kty":"RSA","n":%q}`, raw.EncodeToString(big.NewInt(int64(g.key.E)).Bytes()), raw.EncodeToString(g.key.N.Bytes()))
	bound := sha512.Sum384(fmt.Appendf(nil, `{"additional-evidence":"","nonce":%q,"tee-pubkey":%s}`, c.Nonce, jwk))
	quote := base64.StdEncoding.EncodeToString(g.s.quote(bound[:], nil))
	_, err = g.call("POST", "/kbs/v0/attest", fmt.Appendf(nil, `{"runtime-data":{"nonce":%q,"tee-pubkey":%s},"tee-evidence":{"primary_evidence":{"quote":%q},"additional_evidence":""}}`, c.Nonce, jwk, quote))
	return err
}

// released attests and gets the resource.
func (g *rsaGuest) released() {
	g.s.t.Helper()
	if err := g.attest(); err != nil {
		g.s.t.Fatal(err)
	}
	if got, err := g.get(); err != nil || got != "the key of the model" {
		g.s.t.Fatalf("%q, %v", got, err)
	}
}

func (g *rsaGuest) get() (string, error) {
	out, err := g.call("GET", "/kbs/v0/resource/clinic/model/key", nil)
	if err != nil {
		return "", err
	}
	var e map[string]string
	if err := json.Unmarshal(out, &e); err != nil {
		return "", err
	}
	part := func(name string) []byte {
		b, _ := base64.RawURLEncoding.DecodeString(e[name])
		return b
	}
	cek, err := rsa.DecryptOAEP(sha256.New(), nil, g.key, part("encrypted_key"), nil)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	text, err := gcm.Open(nil, part("iv"), append(part("ciphertext"), part("tag")...), []byte(e["protected"]))
	return string(text), err
}
