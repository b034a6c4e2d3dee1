package ledger

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Files are those of a log as c2sp.org/tlog-tiles names them: checkpoint,
// tile/LEVEL/INDEX and tile/entries/INDEX. What is not there is [ErrAbsent].
type Files interface {
	Get(path string) ([]byte, error)
}

// Get implements [Files].
func (r *Reader) Get(path string) ([]byte, error) {
	if path == "checkpoint" {
		return r.Published().Signed, nil
	}
	t, err := c2sp.ParseTile(path)
	if err != nil {
		return nil, errors.Join(ErrAbsent, err)
	}
	return r.Tile(t)
}

// ServeHTTP serves the log to those who read it: see [Handler].
func (r *Reader) ServeHTTP(w http.ResponseWriter, req *http.Request) { Handler(r).ServeHTTP(w, req) }

// Handler serves the files of a log. A server that serves them below a prefix
// strips that.
func Handler(files Files) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "a ledger is read here, not written", http.StatusMethodNotAllowed)
			return
		}
		path := strings.TrimPrefix(req.URL.Path, "/")
		b, err := files.Get(path)
		switch {
		case errors.Is(err, ErrAbsent):
			// It may come: a cache that remembers this would hide it.
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, err.Error(), http.StatusNotFound)
		case err != nil:
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		default:
			give(w, req, path, b)
		}
	})
}

// zippers are used again: one is larger than most bundles.
var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // there is such a level
	}
	return z
}}

// give answers with a file. Tiles and bundles never change, the checkpoint
// does.
func give(w http.ResponseWriter, req *http.Request, path string, b []byte) {
	h := w.Header()
	if path == "checkpoint" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Cache-Control", "no-store")
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("X-Content-Type-Options", "nosniff") // entries are what others wrote
	if strings.HasPrefix(path, "tile/entries/") {
		h.Set("Vary", "Accept-Encoding")
		if gzipped(req.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			if req.Method == http.MethodHead {
				return
			}
			z := zippers.Get().(*gzip.Writer)
			defer zippers.Put(z)
			z.Reset(w)
			z.Write(b)
			z.Close()
			return
		}
	}
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(b))
}

// gzipped says whether a client takes gzip.
func gzipped(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, weighed := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		n, err := strconv.ParseFloat(q, 64)
		return !weighed || err == nil && n > 0
	}
	return false
}
