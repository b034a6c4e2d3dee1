package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/metrics"
)

// A ledgerServe is one run of the command.
type ledgerServe struct {
	serving
	requests, bytes metrics.Counter
}

func ledgerServeCommand(e *env) *cobra.Command {
	s := &ledgerServe{serving: serving{env: e}}
	cmd := &cobra.Command{
		Use:   "serve DIR",
		Short: "Serve a ledger to those who follow and verify it",
		Long: `serve gives out checkpoints, hashes and entries over HTTP as c2sp.org/tlog-tiles says: /checkpoint, /tile/LEVEL/INDEX and
/tile/entries/INDEX, of a ledger with shards each below its name, /2026-11/checkpoint. It needs no key and writes nothing; it may run
beside the process that appends, whose checkpoints it notices within a second. DIR may also be a folder that ledger export or
another tool wrote in that layout.

Everybody who reaches the address reads every entry. SIGTERM ends it with 0.`,
		Example: `  bailiwick ledger serve /var/lib/ledger --listen 127.0.0.1:7380 --health-listen 127.0.0.1:7381`,
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return s.start(c.Context(), args[0]) },
	}
	s.flags(cmd, "127.0.0.1:7380")
	return cmd
}

func (s *ledgerServe) start(ctx context.Context, dir string) error {
	files, err := ledger.OpenFiles(dir)
	if err != nil {
		return err
	}
	s.metrics = s.write
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	return s.run(ctx, log, s.counted(ledger.Handler(&watched{files, log})), "dir", dir)
}

// watched says why a ledger cannot be read: those who ask are not told.
type watched struct {
	ledger.Files
	log *slog.Logger
}

// Get implements [ledger.Files].
func (w *watched) Get(path string) ([]byte, error) {
	b, err := w.Files.Get(path)
	if err != nil && !errors.Is(err, ledger.ErrAbsent) {
		w.log.Error("a file of the ledger cannot be read", "path", path, "error", err.Error())
	}
	return b, err
}

// counted counts what is answered.
func (s *ledgerServe) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := &counting{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(c, req)
		kind := fileKind(req.URL.Path)
		s.requests.Add(1, "kind", kind, "status", fmt.Sprint(c.status))
		s.bytes.Add(float64(c.bytes), "kind", kind)
	})
}

// fileKind is what was asked for, in a word of ours.
func fileKind(path string) string {
	switch at := strings.Index(path, "/tile/"); {
	case strings.HasSuffix(path, "/checkpoint"):
		return "checkpoint"
	case at < 0:
		return "other"
	case strings.HasPrefix(path[at:], "/tile/entries/"):
		return "entries"
	}
	return "hashes"
}

type counting struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counting) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *counting) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

func (s *ledgerServe) write(w io.Writer) {
	metrics.Family(w, "bailiwick_ledger_requests_total", "counter", "Requests by what was asked for and status.", s.requests.Samples()...)
	metrics.Family(w, "bailiwick_ledger_sent_bytes_total", "counter", "Bytes of bodies by what was asked for.", s.bytes.Samples()...)
}
