package ledger

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// ServeHTTP serves the log to those who read it, as c2sp.org/tlog-tiles says:
// /checkpoint (the published one), /tile/LEVEL/INDEX and /tile/entries/INDEX. A server that serves
// it below a prefix strips that.
func (r *Reader) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a ledger is read here, not written", http.StatusMethodNotAllowed)
		return
	}
	path := strings.TrimPrefix(req.URL.Path, "/")
	if path == "checkpoint" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(r.Published().Signed))
		return
	}
	t, err := c2sp.ParseTile(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	b, err := r.Tile(t)
	switch {
	case errors.Is(err, ErrAbsent):
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(b))
}
