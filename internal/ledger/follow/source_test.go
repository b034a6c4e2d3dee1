package follow

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// TestHTTP gives answers of every kind.
func TestHTTP(t *testing.T) {
	for _, c := range []struct {
		name   string
		handle func(w http.ResponseWriter, n int)
		want   string // the body, or a part of the error
		asked  int
	}{
		{"plain", func(w http.ResponseWriter, _ int) { io.WriteString(w, "tile") }, "tile", 1},
		{"gzip without being asked", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(zipped([]byte("tile")))
		}, "tile", 1},
		{"absent", func(w http.ResponseWriter, _ int) { w.WriteHeader(404) }, "no such file", 1},
		{"forbidden", func(w http.ResponseWriter, _ int) { w.WriteHeader(403) }, "403", 1},
		{"busy, then there", func(w http.ResponseWriter, n int) {
			if n < 3 {
				w.WriteHeader(503)
				return
			}
			io.WriteString(w, "tile")
		}, "tile", 3},
		{"always too many", func(w http.ResponseWriter, _ int) { w.WriteHeader(429) }, "429 Too Many Requests (asked 5 times)", 5},
		{"cut off", func(w http.ResponseWriter, n int) {
			if n < 2 {
				w.Header().Set("Content-Length", "100")
				io.WriteString(w, "ti")
				panic(http.ErrAbortHandler)
			}
			io.WriteString(w, "tile")
		}, "tile", 2},
		{"too long", func(w http.ResponseWriter, _ int) { w.Write(make([]byte, 101)) }, "more than 100 bytes", 1},
		{"a bomb", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(zipped(make([]byte, 64<<20)))
		}, "more than 100 bytes", 1},
		{"no gzip", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "tile")
		}, "gzip", 5},
		{"encoded in another way", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, "tile")
		}, "not asked for", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if r.URL.Path != "/log/tile/0/000" {
					t.Errorf("asked for %s", r.URL.Path)
				}
				c.handle(w, asked)
			}))
			defer server.Close()
			b, err := (&HTTP{Prefix: server.URL + "/log", Pause: time.Millisecond}).Get(t.Context(), "tile/0/000", 100)
			if err != nil {
				b = []byte(err.Error())
			}
			if !strings.Contains(string(b), c.want) || asked != c.asked {
				t.Errorf("asked %d times: %.200q, %v", asked, b, err)
			}
			if strings.Contains(c.want, "more than") != errors.Is(err, ErrAltered) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestWaitingEnds has servers that do not answer.
func TestWaitingEnds(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer server.Close()
	defer close(hang)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (&HTTP{Prefix: server.URL}).Get(ctx, "checkpoint", 100); err == nil {
		t.Error("an answer of nobody")
	}
	slow := &HTTP{Prefix: server.URL, Client: &http.Client{Timeout: 20 * time.Millisecond}, Pause: time.Millisecond}
	if _, err := slow.Get(t.Context(), "checkpoint", 100); err == nil || !strings.Contains(err.Error(), "asked 5 times") {
		t.Errorf("%v", err)
	}
}

func TestAt(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "checkpoint"), []byte("note"), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := At(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := source.Get(t.Context(), "checkpoint", 4); err != nil || string(b) != "note" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := source.Get(t.Context(), "checkpoint", 3); !errors.Is(err, ErrAltered) {
		t.Errorf("longer than asked for: %v", err)
	}
	for _, path := range []string{"../x", "tile", "."} {
		if b, err := source.Get(t.Context(), path, 100); err == nil {
			t.Errorf("%s: %q", path, b)
		}
	}
	for _, bad := range []string{"ftp://log.example", "https://", "https://log.example?x=1", filepath.Join(dir, "none"), "http://log.example/#a"} {
		if _, err := At(bad); err == nil {
			t.Errorf("%s is followed", bad)
		}
	}
}
