package witness

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

type seed byte

func (s seed) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(s)}, ed25519.SeedSize))
}
func (s seed) Public() ed25519.PublicKey           { return s.private().Public().(ed25519.PublicKey) }
func (s seed) Sign(message []byte) ([]byte, error) { return ed25519.Sign(s.private(), message), nil }

const origin = "ledger.clinic.example"

// start runs a witness that knows one log, and a client of it.
func start(t *testing.T, dir string) (*Client, *httptest.Server) {
	t.Helper()
	logs, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(origin, seed(1).Public()).String() + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&Server{Logs: logs, Signer: c2sp.Cosigner("witness.example", seed(2), time.Now), Dir: dir})
	t.Cleanup(server.Close)
	return &Client{Endpoint: c2sp.Endpoint{Key: c2sp.WitnessKey("witness.example", seed(2).Public()), URL: server.URL}, HTTP: server.Client()}, server
}

func openLog(t *testing.T, dir string) *ledger.Log {
	t.Helper()
	l, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(origin, seed(1)), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func grow(t *testing.T, l *ledger.Log, text string, n int) {
	t.Helper()
	for i := range n {
		if _, err := l.Append(t.Context(), fmt.Appendf(nil, "%s %d", text, i)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCosign(t *testing.T) {
	l := openLog(t, t.TempDir())
	defer l.Close()
	dir := t.TempDir()
	client, server := start(t, dir)
	policy, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(origin, seed(1).Public()).String() + "\nwitness w " + client.Endpoint.Key.String() + "\nquorum w\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 300, 0} {
		grow(t, l, "entry", n)
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
	// A client that has just begun, and a witness that was started anew.
	again, _ := start(t, dir)
	if _, err := again.Cosign(t.Context(), l.Reader, l.Head()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(origin))
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
	l := openLog(t, t.TempDir())
	defer l.Close()
	grow(t, l, "entry", 5)
	if _, err := client.Cosign(t.Context(), l.Reader, l.Head()); err != nil {
		t.Fatal(err)
	}
	fork := openLog(t, t.TempDir())
	defer fork.Close()
	grow(t, fork, "other", 3)
	if _, err := client.Cosign(t.Context(), fork.Reader, fork.Head()); err == nil {
		t.Error("a shorter fork was cosigned")
	}
	grow(t, fork, "other", 7)
	if _, err := client.Cosign(t.Context(), fork.Reader, fork.Head()); err == nil || !strings.Contains(err.Error(), "422") {
		t.Errorf("a longer fork: %v", err)
	}
}

// TestAnswers holds the server to the statuses of the specification.
func TestAnswers(t *testing.T) {
	_, server := start(t, t.TempDir())
	sign := func(name string, key seed, size int64, root [32]byte) []byte {
		signed, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: name, Size: size, Root: root}.String()}, c2sp.LogSigner(name, key))
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	request := func(old int64, checkpoint []byte) string {
		return string(c2sp.CheckpointRequest{Old: old, Checkpoint: checkpoint}.Marshal())
	}
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"nonsense", "nonsense", 400},
		{"no checkpoint", "old 0\n\nnothing\n", 400},
		{"another log", request(0, sign("other.example", 1, 1, [32]byte{1})), 404},
		{"another key", request(0, sign(origin, 3, 1, [32]byte{1})), 403},
		{"an altered checkpoint", strings.Replace(request(0, sign(origin, 1, 7, [32]byte{1})), "\n7\n", "\n8\n", 1), 403},
		{"old is larger", request(2, sign(origin, 1, 1, [32]byte{1})), 400},
		{"old was never cosigned", request(1, sign(origin, 1, 1, [32]byte{1})), 409},
		{"an empty tree with a root", request(0, sign(origin, 1, 0, [32]byte{1})), 422},
		{"a first one", request(0, sign(origin, 1, 1, [32]byte{1})), 200},
		{"old is behind", request(0, sign(origin, 1, 1, [32]byte{1})), 409},
		{"the same once more", request(1, sign(origin, 1, 1, [32]byte{1})), 200},
		{"the same size, another root", request(1, sign(origin, 1, 1, [32]byte{2})), 422},
		{"no proof", request(1, sign(origin, 1, 2, [32]byte{3})), 422},
		{"too large", strings.Repeat("x", maxRequest+1), 400},
	} {
		answer, err := http.Post(server.URL+"/add-checkpoint", "text/plain", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, answer.StatusCode, text, c.want)
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
			signed, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: origin, Size: 1, Root: [32]byte{byte(i)}}.String()}, c2sp.LogSigner(origin, seed(1)))
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
