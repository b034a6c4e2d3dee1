package witness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
)

func openServer(t *testing.T, dir string, now func() time.Time) *Server {
	t.Helper()
	s, err := Open(Options{Name: "witness.example", Signer: logtest.Key(2), Logs: logtest.Policy(t, "").Logs(), Dir: dir, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// start runs a witness that knows one log, and a client of it.
func start(t *testing.T, dir string) (*Client, *httptest.Server) {
	t.Helper()
	return serve(t, openServer(t, dir, time.Now))
}

func serve(t *testing.T, h http.Handler) (*Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &Client{Endpoint: c2sp.Endpoint{Key: c2sp.WitnessKey("witness.example", logtest.Key(2).Public()), URL: server.URL}, HTTP: server.Client()}, server
}

// signed is a checkpoint of a log that nobody has.
func signed(t *testing.T, name string, key logtest.Key, size int64, root [32]byte) []byte {
	t.Helper()
	signed, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: name, Size: size, Root: root}.String()}, c2sp.LogSigner(name, key))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func request(old int64, checkpoint []byte) string {
	return string(c2sp.CheckpointRequest{Old: old, Checkpoint: checkpoint}.Marshal())
}

// ask posts a request and returns status and text.
func ask(t *testing.T, h http.Handler, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(body)))
	return w.Code, w.Body.String()
}

func TestCosign(t *testing.T) {
	l := logtest.Open(t)
	dir := t.TempDir()
	client, server := start(t, dir)
	policy := logtest.Policy(t, "witness w "+client.Endpoint.Key.String()+"\nquorum w\n")
	for _, n := range []int{0, 1, 300, 0} {
		logtest.Grow(t, l, "entry", n)
		head := l.Head()
		lines, err := client.Cosign(t.Context(), l.Reader, head)
		if err != nil {
			t.Fatalf("size %d: %v", head.Size, err)
		}
		opened, err := policy.Open(append(bytes.Clone(head.Signed), lines...))
		if err != nil || opened.Checkpoint != head.Checkpoint {
			t.Fatalf("size %d: %v, %v", head.Size, opened, err)
		}
	}
	// A client that has just begun.
	again := &Client{Endpoint: client.Endpoint}
	if _, err := again.Cosign(t.Context(), l.Reader, l.Head()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(logtest.Origin))
	answer, err := http.Get(server.URL + "/" + hex.EncodeToString(sum[:]) + "/checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(answer.Body)
	if opened, err := policy.Open(text); err != nil || opened.Size != l.Head().Size {
		t.Errorf("the witness shows %s: %v", text, err)
	}
}

// TestForkIsNotCosigned shows the witness a second history of the same log.
func TestForkIsNotCosigned(t *testing.T) {
	client, _ := start(t, t.TempDir())
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 5)
	if _, err := client.Cosign(t.Context(), l.Reader, l.Head()); err != nil {
		t.Fatal(err)
	}
	fork := logtest.Open(t)
	logtest.Grow(t, fork, "other", 3)
	if _, err := client.Cosign(t.Context(), fork.Reader, fork.Head()); !errors.Is(err, ErrRefused) {
		t.Errorf("a shorter fork: %v", err)
	}
	logtest.Grow(t, fork, "other", 7)
	if _, err := client.Cosign(t.Context(), fork.Reader, fork.Head()); !errors.Is(err, ErrRefused) {
		t.Errorf("a longer fork: %v", err)
	}
}

// TestAnswers holds the server to the statuses of the specification.
func TestAnswers(t *testing.T) {
	server := openServer(t, t.TempDir(), time.Now)
	sign := func(name string, key logtest.Key, size int64, root [32]byte) []byte {
		return signed(t, name, key, size, root)
	}
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"nonsense", "nonsense", 400},
		{"no checkpoint", "old 0\n\nnothing\n", 400},
		{"another log", request(0, sign("other.example", 1, 1, [32]byte{1})), 404},
		{"another key", request(0, sign(logtest.Origin, 3, 1, [32]byte{1})), 403},
		{"an altered checkpoint", strings.Replace(request(0, sign(logtest.Origin, 1, 7, [32]byte{1})), "\n7\n", "\n8\n", 1), 403},
		{"old is larger", request(2, sign(logtest.Origin, 1, 1, [32]byte{1})), 400},
		{"old was never cosigned", request(1, sign(logtest.Origin, 1, 1, [32]byte{1})), 409},
		{"an empty tree with a root", request(0, sign(logtest.Origin, 1, 0, [32]byte{1})), 422},
		{"a first one", request(0, sign(logtest.Origin, 1, 1, [32]byte{1})), 200},
		{"old is behind", request(0, sign(logtest.Origin, 1, 1, [32]byte{1})), 409},
		{"the same once more", request(1, sign(logtest.Origin, 1, 1, [32]byte{1})), 200},
		{"the same size, another root", request(1, sign(logtest.Origin, 1, 1, [32]byte{2})), 422},
		{"no proof", request(1, sign(logtest.Origin, 1, 2, [32]byte{3})), 422},
		{"too large", strings.Repeat("x", maxRequest+1), 400},
	} {
		if status, text := ask(t, server, c.body); status != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, status, text, c.want)
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/add-checkpoint", 405}, {"GET", "/x/checkpoint", 404}, {"POST", "/" + strings.Repeat("0", 64) + "/checkpoint", 405}, {"GET", "/" + strings.Repeat("0", 64) + "/checkpoint", 404}, {"GET", "/../lock", 307}} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
	var page strings.Builder
	server.Metrics(&page)
	for _, want := range []string{`answers_total{status="422"} 3`, `answers_total{status="200"} 2`, `size{log="` + logtest.Origin + `"} 1`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the metrics lack %s:\n%s", want, page.String())
		}
	}
}

// TestEvidenceIsKept has a log sign two trees of one size, and somebody send a
// proof of nothing: both are refused alike, and the witness's own log says
// which it was, with what was signed.
func TestEvidenceIsKept(t *testing.T) {
	var log bytes.Buffer
	s, err := Open(Options{Name: "witness.example", Signer: logtest.Key(2), Logs: logtest.Policy(t, "").Logs(), Dir: t.TempDir(), Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	one, other, next := signed(t, logtest.Origin, 1, 1, [32]byte{1}), signed(t, logtest.Origin, 1, 1, [32]byte{2}), signed(t, logtest.Origin, 1, 2, [32]byte{3})
	if status, text := ask(t, s, request(0, one)); status != 200 {
		t.Fatal(status, text)
	}
	for _, c := range []struct {
		checkpoint []byte
		reason     string
		seen       bool
	}{{other, "the log forked", true}, {next, "proof", false}} {
		log.Reset()
		if status, text := ask(t, s, request(1, c.checkpoint)); status != 422 || !strings.Contains(text, c.reason) {
			t.Errorf("%d %s, want %q", status, text, c.reason)
		}
		var line struct{ Level, Given, Seen string }
		if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Level != "ERROR" {
			t.Fatalf("%s: %v", &log, err)
		}
		if line.Given != string(c.checkpoint) || c.seen != strings.HasPrefix(line.Seen, string(one)) {
			t.Errorf("the evidence is not in the log: %s", &log)
		}
	}
}

// TestNoTreeIsThatLarge has a log sign sizes for which the proofs of package
// tlog never come to an end: one log must not stop the witness of all.
func TestNoTreeIsThatLarge(t *testing.T) {
	s := openServer(t, t.TempDir(), time.Now)
	if status, text := ask(t, s, request(0, signed(t, logtest.Origin, 1, 1, [32]byte{1}))); status != 200 {
		t.Fatal(status, text)
	}
	for _, c := range []struct {
		size int64
		want int
	}{{1 << 60, 422}, {1<<60 + 1, 400}, {1<<62 + 1, 400}, {1<<63 - 1, 400}} {
		done := make(chan int, 1)
		go func() {
			r := c2sp.CheckpointRequest{Old: 1, Consistency: make(tlog.TreeProof, 63), Checkpoint: signed(t, logtest.Origin, 1, c.size, [32]byte{2})}
			status, _ := ask(t, s, string(r.Marshal()))
			done <- status
		}()
		select {
		case status := <-done:
			if status != c.want {
				t.Errorf("%d entries: %d, want %d", c.size, status, c.want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%d entries: there is no answer", c.size)
		}
	}
}

// TestRace lets many clients ask for checkpoints that only one of them can
// have cosigned: two cosignatures that do not follow on each other would be
// two histories.
func TestRace(t *testing.T) {
	client, server := start(t, t.TempDir())
	var wg sync.WaitGroup
	var mu sync.Mutex
	granted := 0
	for i := range 16 {
		wg.Go(func() {
			signed, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: logtest.Origin, Size: 1, Root: [32]byte{byte(i)}}.String()}, c2sp.LogSigner(logtest.Origin, logtest.Log))
			if err != nil {
				t.Error(err)
				return
			}
			answer, err := client.HTTP.Post(server.URL+"/add-checkpoint", "text/plain", bytes.NewReader(c2sp.CheckpointRequest{Checkpoint: signed}.Marshal()))
			if err != nil {
				t.Error(err)
				return
			}
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				mu.Lock()
				granted++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if granted != 1 {
		t.Errorf("%d of 16 histories were cosigned", granted)
	}
}

// TestMemory shows what a witness remembers, and what it does when that was
// tampered with.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	first := openServer(t, dir, time.Now)
	if _, err := Open(Options{Name: "witness.example", Signer: logtest.Key(2), Logs: logtest.Policy(t, "").Logs(), Dir: dir, Now: time.Now}); err == nil {
		t.Error("two witnesses run on one folder")
	}
	if status, text := ask(t, first, request(0, signed(t, logtest.Origin, 1, 1, [32]byte{1}))); status != 200 {
		t.Fatal(status, text)
	}
	kept := first.path(logtest.Origin)
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	if status, _ := ask(t, first, request(0, signed(t, logtest.Origin, 1, 1, [32]byte{2}))); status != 409 {
		t.Errorf("a witness that runs forgets what somebody removed from its disk: %d", status)
	}
	if status, _ := ask(t, first, request(1, signed(t, logtest.Origin, 1, 1, [32]byte{1}))); status != 200 {
		t.Error("it does not cosign the same again:", status)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := openServer(t, dir, time.Now)
	if status, _ := ask(t, second, request(0, signed(t, logtest.Origin, 1, 1, [32]byte{2}))); status != 409 {
		t.Errorf("a witness that was started anew has forgotten: %d", status)
	}
	second.Close()
	for name, text := range map[string][]byte{
		"nothing":        {},
		"the log's only": signed(t, logtest.Origin, 1, 1, [32]byte{1}),
	} {
		if err := os.WriteFile(kept, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(Options{Name: "witness.example", Signer: logtest.Key(2), Logs: logtest.Policy(t, "").Logs(), Dir: dir, Now: time.Now}); err == nil {
			s.Close()
			t.Errorf("%s: a checkpoint that the witness did not sign is taken for its own", name)
		}
	}
}

// TestClock sets the clock back: a cosignature says what was the largest tree
// at its time.
func TestClock(t *testing.T) {
	now := time.Unix(1000, 0)
	s := openServer(t, t.TempDir(), func() time.Time { return now })
	if status, text := ask(t, s, request(0, signed(t, logtest.Origin, 1, 1, [32]byte{1}))); status != 200 {
		t.Fatal(status, text)
	}
	for at, want := range map[int64]int{999: 500, 1000: 200, 0: 500} {
		now = time.Unix(at, 0)
		if status, text := ask(t, s, request(1, signed(t, logtest.Origin, 1, 1, [32]byte{1}))); status != want {
			t.Errorf("at %d: %d %s", at, status, text)
		}
	}
}

// TestAnswersOfOthers gives a client answers that would spoil the checkpoint
// they are added to, or have it ask forever.
func TestAnswersOfOthers(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 3)
	head := l.Head()
	cosign := func(text string, at int64) string {
		n, err := note.Sign(&note.Note{Text: text}, c2sp.Cosigner("witness.example", logtest.Key(2), func() time.Time { return time.Unix(at, 0) }))
		if err != nil {
			t.Fatal(err)
		}
		return string(lastLine(n))
	}
	tail := "tail\n"
	for _, c := range []struct {
		name    string
		status  int
		kind    string
		body    string
		refused bool
	}{
		{"a signature of more text than the checkpoint", 200, "", tail + "\n" + cosign(string(head.Signed)+tail, 5), false},
		{"no time", 200, "", cosign(head.Checkpoint.String(), 0), false},
		{"of another checkpoint", 200, "", cosign("another\n", 5), false},
		{"no end of line", 200, "", strings.TrimSuffix(cosign(head.Checkpoint.String(), 5), "\n"), false},
		{"nothing", 200, "", "", false},
		{"more than a witness says", 200, "", strings.Repeat(cosign(head.Checkpoint.String(), 5), 1+maxAnswer/100), false},
		{"what we said", 409, sizeType, "0\n", false},
		{"no size", 409, sizeType, "-1\n", false},
		{"a size of another kind", 409, "text/plain", "2\n", false},
		{"always another size", 409, sizeType, "2\n", false},
		{"more than there is", 409, sizeType, "4\n", true},
		{"another history", 422, "", "", true},
		{"busy", 503, "", "busy", false},
	} {
		client, _ := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		}))
		lines, err := client.Cosign(t.Context(), l.Reader, head)
		if err == nil || errors.Is(err, ErrRefused) != c.refused {
			t.Errorf("%s: %q, %v", c.name, lines, err)
		}
	}
}

func FuzzRequest(f *testing.F) {
	log, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: logtest.Origin, Size: 1}.String()}, c2sp.LogSigner(logtest.Origin, logtest.Log))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(request(0, log)))
	f.Add([]byte(request(1, append(log, "\n\n"...))))
	s, err := Open(Options{Name: "witness.example", Signer: logtest.Key(2), Logs: logtest.Policy(f, "").Logs(), Dir: f.TempDir(), Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		lines, c, err := s.cosign(body)
		if err == nil && (c.Origin != logtest.Origin || !bytes.HasPrefix(lines, []byte("— witness.example "))) {
			t.Errorf("%v: %s", c, lines)
		}
		var other conflict
		var no refusal
		var bad contradiction
		if err != nil && !errors.As(err, &other) && !errors.As(err, &no) && !errors.As(err, &bad) {
			t.Errorf("a request is an error of the witness: %v", err)
		}
	})
}
