package kbs_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// signer is a key in memory.
type signer ed25519.PrivateKey

func (s signer) Public() ed25519.PublicKey { return ed25519.PrivateKey(s).Public().(ed25519.PublicKey) }

func (s signer) Sign(m []byte) ([]byte, error) { return ed25519.Sign(ed25519.PrivateKey(s), m), nil }

func key(n byte) signer {
	seed := make([]byte, 32)
	seed[0] = n
	return signer(ed25519.NewKeyFromSeed(seed))
}

// memory is a journal; it fails while down says so.
type memory struct {
	mu     sync.Mutex
	events []kbs.Event
	down   error
}

func (m *memory) Record(_ context.Context, e kbs.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down == nil {
		m.events = append(m.events, e)
	}
	return m.down
}

func (m *memory) last() kbs.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events[len(m.events)-1]
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

var (
	code   = [48]byte{0xC0, 0xDE}
	berlin = [16]byte{0xBE, 1}
	denver = [16]byte{0xDE, 2}
	munich = [64]byte{0x33, 1, 2, 3, 4, 5, 6, 7, 8}
	level  = [8]byte{3, 0, 0, 0, 0, 0, 20, 200}
)

const secret = "the key of the model"

// A world is a server with all that it depends on, below fake vendors.
type world struct {
	t       testing.TB
	intel   *mint.Intel
	amd     *mint.AMD
	journal *memory
	dir     string
	store   *kbs.Store
	server  *kbs.Server
	url     string
	options kbs.Options
	state   kbs.State

	mu  sync.Mutex
	now time.Time
}

const ruleText = `apiVersion: bailiwick/v1
kind: ReleasePolicy
operators: {clinic.example: DE, cloud.example: US}
rules:
  - resources: [clinic/model/key]
    evidence:
      kinds: [tdx, snp]
      measurements: {tdx: {mrtd: [%[1]s]}, snp: {measurement: [%[1]s]}}
      tcb: {minimum: {snp: {snp: 20, microcode: 200}}}
      place: {grade: enrolled, countries: [DE, FR]}
  - resources: [clinic/any/*]
    data: [patient-records]
    evidence:
      kinds: [tdx, snp]
      measurements: {tdx: {mrtd: [%[1]s]}, snp: {measurement: [%[1]s]}}
      tcb: {minimum: {snp: {snp: 20, microcode: 200}}}
      place: {grade: declared}
  - resources: [clinic/gpu/key]
    gpus: 1
    evidence:
      kinds: [tdx, nvidia]
      measurements: {tdx: {mrtd: [%[1]s]}}
      place: {grade: enrolled, countries: [DE]}
      accept: [mode-not-checked]
`

func policyText() []byte { return fmt.Appendf(nil, ruleText, hex.EncodeToString(code[:])) }

func parse(t testing.TB, text []byte) *kbs.Policy {
	t.Helper()
	p, err := kbs.ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// places is a list that the DPO signed, with GPUs in Berlin.
func places(t testing.TB, gpus ...string) attest.Locator {
	t.Helper()
	return open(t, placeList(gpus...))
}

func placeList(gpus ...string) *place.List {
	l := &place.List{
		Issued: mint.Now.AddDate(0, -1, 0).Truncate(24 * time.Hour), Expires: mint.Now.AddDate(0, 5, 0).Truncate(24 * time.Hour),
		Sites: []place.Site{{Name: "ber1", Country: "DE", Operator: "clinic.example"}, {Name: "den1", Country: "US", Operator: "cloud.example"}, {Name: "muc1", Country: "DE", Operator: "clinic.example"}},
	}
	for _, c := range []place.Chip{
		{Kind: attest.TDX, ID: hex.EncodeToString(berlin[:]), Site: "ber1"}, {Kind: attest.TDX, ID: hex.EncodeToString(denver[:]), Site: "den1"},
		{Kind: attest.SNP, ID: hex.EncodeToString(munich[:]), Site: "ber1"},
	} {
		l.Chips = append(l.Chips, c)
	}
	for _, id := range gpus {
		l.Chips = append(l.Chips, place.Chip{Kind: attest.NVIDIA, ID: id, Site: "ber1"})
	}
	return l
}

// open signs a list and opens it.
func open(t testing.TB, l *place.List) attest.Locator {
	t.Helper()
	signed, err := place.Sign(l, c2sp.LogSigner("clinic.example/dpo", key(9)))
	if err != nil {
		t.Fatal(err)
	}
	o, err := place.Open(signed, []place.Authority{{Grade: attest.Enrolled, Key: c2sp.LogKey("clinic.example/dpo", key(9).Public())}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// localKey makes a key in a file.
func localKey(t testing.TB) keys.Key {
	t.Helper()
	k, err := local.Create(t.TempDir()+"/key", local.Options{Secret: []byte("correct horse battery"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func newWorld(t testing.TB, change ...func(*world)) *world {
	t.Helper()
	w := &world{t: t, intel: mint.NewIntel(), amd: mint.NewAMD("Milan"), journal: &memory{}, now: mint.Now}
	w.dir = t.TempDir()
	w.store = kbs.NewStore(w.dir, localKey(t))
	for _, id := range []string{"clinic/model/key", "clinic/any/key", "clinic/gpu/key"} {
		if err := w.store.Put(t.Context(), must(kbs.ParseID(id)), []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	w.options = kbs.Options{
		Issuer: "http://kbs.clinic.example", Signer: key(1), Resources: w.store, Journal: w.journal,
		Roots: attest.Roots{w.intel.Root(), w.amd.Root()}, Now: w.clock, Limits: kbs.Limits{Rate: 1e6, Burst: 1e6},
	}
	w.state = kbs.State{
		Policy: parse(t, policyText()), Places: places(t),
		Collateral: mint.Collateral(append(w.intel.Items(mint.Statements{Levels: []mint.Level{{SVN: 5, Status: "UpToDate"}, {SVN: 3, Status: "OutOfDate"}}}), w.amd.Items()...)...),
	}
	for _, c := range change {
		c(w)
	}
	s, err := kbs.New(w.options, w.state)
	if err != nil {
		t.Fatal(err)
	}
	w.server = s
	h := httptest.NewServer(s.Handler())
	t.Cleanup(h.Close)
	w.url = h.URL
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// tdx makes evidence of a machine, as a guest with TDX sends it.
func (w *world) tdx(change func(*mint.Quote)) func([]byte) any {
	q := mint.Quote{Version: 4, TDX: true, Code: code, PPID: berlin, SVN: 5, PCESVN: 5, QESVN: 5, TEESVN: [16]byte{5, 1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}}
	if change != nil {
		change(&q)
	}
	q.Machine = w.intel.Machine(q)
	return func(data []byte) any {
		copy(q.ReportData[:], data)
		return map[string]any{"quote": base64.StdEncoding.EncodeToString(w.intel.Quote(q).Report), "cc_eventlog": nil}
	}
}

// berlin is a guest where it should be.
func (w *world) guest(change func(*mint.Quote)) *guest {
	return newGuest(w.t, w.url, "tdx", w.tdx(change))
}

// snp makes evidence as a guest with SEV-SNP sends it.
func (w *world) snp(change func(*mint.SNP)) func([]byte) any {
	s := mint.SNP{Version: 3, Family: 0x19, Model: 0x01, Measurement: code, ChipID: munich, TCB: level}
	if change != nil {
		change(&s)
	}
	return func(data []byte) any {
		copy(s.ReportData[:], data)
		return sevJSON(w.amd.Report(s))
	}
}

// refused says that an error is that answer.
func refused(t testing.TB, err error, code int, words string) {
	t.Helper()
	var s status
	if !errors.As(err, &s) || s.code != code || !contains(s, words) {
		t.Fatalf("got %v, want %d with %q", err, code, words)
	}
}

func contains(s status, words string) bool { return strings.Contains(s.kind+" "+s.text, words) }
