package ledger

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

func answer(t *testing.T, h http.Handler, method, path, encoding string) *http.Response {
	t.Helper()
	req := httptest.NewRequest(method, path, nil)
	if encoding != "" {
		req.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result()
}

func TestServe(t *testing.T) {
	l := openTest(t, t.TempDir())
	defer l.Close()
	for i := range 300 {
		if _, err := l.Append(t.Context(), fmt.Appendf(nil, "entry %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		method, path string
		status       int
		kind, cache  string
	}{
		{"GET", "/checkpoint", 200, "text/plain; charset=utf-8", "no-store"},
		{"HEAD", "/checkpoint", 200, "text/plain; charset=utf-8", "no-store"},
		{"POST", "/checkpoint", 405, "", ""},
		{"GET", "/tile/0/000", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/0/001.p/44", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/1/000.p/1", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/entries/001.p/44", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/0/001.p/45", 404, "", "no-store"},
		{"GET", "/tile/0/001", 404, "", "no-store"},
		{"GET", "/tile/entries/002.p/1", 404, "", "no-store"},
		{"GET", "/tile/1/000.p/2", 404, "", "no-store"},
		{"GET", "/tile/7/000.p/128", 404, "", "no-store"}, // shifted left it would be nothing
		{"GET", "/tile/6/256", 404, "", "no-store"},
		{"GET", "/tile/entries/x999/x999/x999/x999/x999/999", 404, "", "no-store"},
		{"GET", "/tile/0/../../../state", 404, "", "no-store"},
		{"GET", "/", 404, "", "no-store"},
	} {
		a := answer(t, l, c.method, c.path, "")
		if a.StatusCode != c.status || c.status == 200 && a.Header.Get("Content-Type") != c.kind || c.cache != "" && a.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %v", c.method, c.path, a.StatusCode, a.Header)
		}
	}
	plain, _ := io.ReadAll(answer(t, l, "GET", "/tile/entries/000", "identity, gzip;q=0").Body)
	if _, rest, err := c2sp.NextEntry(plain); err != nil || len(rest) == 0 {
		t.Fatalf("the bundle is none: %v", err)
	}
	for encoding, want := range map[string]string{"gzip, identity": "gzip", "br;q=1.0, GZIP; q=0.5": "gzip", "gzip;q=0": "", "gzip;q=0.000": "", "*": "", "": ""} {
		a := answer(t, l, "GET", "/tile/entries/000", encoding)
		if a.Header.Get("Content-Encoding") != want || a.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %v", encoding, a.Header)
		}
		body := io.Reader(a.Body)
		if want == "gzip" {
			z, err := gzip.NewReader(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if b, err := io.ReadAll(body); err != nil || !bytes.Equal(b, plain) {
			t.Errorf("%q: another bundle, %v", encoding, err)
		}
	}
}

// TestOpenFiles serves the folder of a ledger while it is written.
func TestOpenFiles(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	closed := false
	defer func() {
		if !closed {
			l.Close()
		}
	}()
	add := func(n int) {
		for i := range n {
			if _, err := l.Append(t.Context(), fmt.Appendf(nil, "entry %d", i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	log := l.dir
	add(3)
	files, err := OpenFiles(log)
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the first entries are served", func() bool {
		if _, err := files.Get("checkpoint"); err != nil {
			t.Fatal(err)
		}
		b, err := files.Get("tile/entries/000.p/3")
		return err == nil && len(b) == 3*(2+len("entry 0"))
	})
	add(600)
	await(t, "what came since is served", func() bool {
		head, err := files.Get("checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Equal(head, l.Head().Signed)
	})
	if b, err := files.Get("tile/entries/002.p/91"); err != nil || len(b) == 0 {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	closed = true
	if _, err := files.Get("tile/1/000.p/2"); err != nil {
		t.Fatal(err)
	}
	// While the newest checkpoint cannot be read, none is given out as the newest.
	path := filepath.Join(log, "checkpoint")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := durable.Replace(path, []byte("nonsense")); err != nil {
		t.Fatal(err)
	}
	await(t, "the checkpoint cannot be read", func() bool { _, err := files.Get("checkpoint"); return err != nil })
	if b, err := files.Get("checkpoint"); err == nil {
		t.Errorf("at once after that it is %q", b)
	}
	if err := durable.Replace(path, good); err != nil {
		t.Fatal(err)
	}
	await(t, "the checkpoint can be read again", func() bool { _, err := files.Get("checkpoint"); return err == nil })
	// The same as files.
	out := t.TempDir()
	for _, name := range []string{"checkpoint", "tile/0/000"} {
		b, err := files.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(out, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(out, "secret"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenFiles(out)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/checkpoint": 200, "/tile/0/000": 200, "/tile/0/001": 404, "/secret": 404, "/tile/0": 404} {
		if a := answer(t, Handler(h), "GET", path, ""); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	if _, err := OpenFiles(t.TempDir()); err == nil {
		t.Error("an empty folder is served")
	}
}

func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !there(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}
