// Package admit asks the brain when an object is about to be stored in a cluster:
// it is a validating admission webhook. What check says of a manifest, this says of
// the object that the API server has made of it.
//
// It fails closed: what cannot be judged is not let in, in the mode enforce.
package admit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A Mode is what a decision does.
type Mode string

const (
	Enforce Mode = "enforce" // what is outside is refused
	Audit   Mode = "audit"   // everything is let in; what is outside is warned of and counted
	DryRun  Mode = "dry-run" // everything is let in; the log tells what would have been said
)

// Modes are all of them.
func Modes() []string { return []string{string(Enforce), string(Audit), string(DryRun)} }

// ParseMode reads a mode.
func ParseMode(text string) (Mode, error) {
	if !slices.Contains(Modes(), text) {
		return "", fmt.Errorf("there is no mode %q; there are: %s", text, strings.Join(Modes(), ", "))
	}
	return Mode(text), nil
}

const (
	// mostBody bounds a call. The API server takes objects of 3 MiB, and sends two.
	mostBody = 16 << 20
	// longest bounds a decision when the caller says no timeout.
	longest = 3 * time.Second
)

// A Server answers the API server.
type Server struct {
	Judge *Judge
	Mode  Mode
	Log   *slog.Logger
	// CertificateEnds tells when the serving certificate ends; nil without one.
	CertificateEnds func() time.Time

	counts   *counts
	draining atomic.Bool
}

// New makes a server. The judge must have a state: see [Judge.Refresh].
func New(j *Judge, mode Mode, log *slog.Logger) *Server {
	return &Server{Judge: j, Mode: mode, Log: log, counts: newCounts()}
}

// Drain makes the server say that it is not ready, and answer all the same.
func (s *Server) Drain() { s.draining.Store(true) }

// Webhook is the handler of the reviews.
func (s *Server) Webhook() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /admit", s.admit)
	return mux
}

// Health is the handler of probes and metrics.
func (s *Server) Health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.writeMetrics(w)
	})
	return mux
}

// ready says which perimeter counts. One that is broken on disk does not make the
// server unready: the last good one is in force, and the body says so.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	st := s.Judge.State()
	switch {
	case s.draining.Load():
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	case st == nil:
		http.Error(w, "no perimeter", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintf(w, "ok: perimeter %s %s since %s, mode %s\n", st.perimeter.Metadata.Name, st.Digest(), st.since.UTC().Format(time.RFC3339), s.Mode)
	if err, since := s.Judge.Fault(); err != nil {
		fmt.Fprintf(w, "stale: what is on disk since %s cannot be used, the last good perimeter counts: %v\n", since.UTC().Format(time.RFC3339), err)
	}
}

func (s *Server) admit(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		http.Error(w, "the body cannot be read: "+err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	req, err := parseReview(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.counts.begin()
	ctx, cancel := context.WithTimeout(r.Context(), timeout(r))
	defer cancel()
	d, err := s.decide(ctx, req)
	resp, word := s.answer(req, d, err)
	took := time.Since(began)
	s.counts.end(word, operation(req), ruleNames(d), took)
	s.record(req, d, err, word, took)
	out, err := json.Marshal(review{APIVersion: reviewVersion, Kind: reviewKind, Response: resp})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out)
}

// timeout is how long the caller waits, which it writes into the URL, less what the
// answer needs to get back.
func timeout(r *http.Request) time.Duration {
	d, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || d <= 0 || d > 30*time.Second {
		return longest
	}
	return d - d/10
}

// decide asks the judge. A fault of ours, a panic too, is an error: nobody is let
// in by it.
func (s *Server) decide(ctx context.Context, r *Request) (d *Decision, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("the judgement broke: %v", p)
			s.Log.Error("panic", "error", err.Error(), "stack", string(debug.Stack()))
		}
	}()
	st := s.Judge.State()
	if st == nil {
		return nil, errors.New("there is no perimeter")
	}
	return st.Decide(ctx, r)
}

// answer is the response, and the word that the decision is counted under.
func (s *Server) answer(r *Request, d *Decision, err error) (*response, string) {
	out := &response{UID: r.UID, AuditAnnotations: map[string]string{"mode": string(s.Mode)}}
	enforce := s.Mode == Enforce
	if err != nil {
		out.Allowed = !enforce
		text := "bailiwick could not judge the object: " + err.Error()
		out.AuditAnnotations["error"] = cut(text, mostWarning)
		if enforce {
			out.Status = &status{http.StatusInternalServerError, "InternalError", text}
		} else if s.Mode == Audit {
			out.Warnings = []string{cut(text, mostWarning)}
		}
		return out, "error"
	}
	out.AuditAnnotations["perimeter"] = d.Digest
	if rules := d.rules(); len(rules) > 0 {
		out.AuditAnnotations["rules"] = join(rules)
	}
	out.Allowed = d.Inside() || !enforce
	if s.Mode != DryRun {
		out.Warnings = d.warnings(out.Allowed)
	}
	switch {
	case d.Skipped != "":
		return out, "skipped"
	case d.Inside():
		return out, "allowed"
	case enforce:
		out.Status = &status{http.StatusForbidden, "Forbidden", d.message()}
		return out, "refused"
	}
	return out, "would-refuse"
}

// record writes one line. It names the object and the rules; who asked, and what
// stands in the object, it does not.
func (s *Server) record(r *Request, d *Decision, err error, word string, took time.Duration) {
	attrs := []any{"uid", r.UID, "operation", operation(r), "type", r.typeOf(), "namespace", r.Namespace, "decision", word, "mode", string(s.Mode), "took_us", took.Microseconds()}
	if r.SubResource != "" {
		attrs = append(attrs, "subresource", r.SubResource)
	}
	if r.DryRun {
		attrs = append(attrs, "dry_run", true)
	}
	if err != nil {
		s.Log.Error("decision", append(attrs, "error", err.Error())...)
		return
	}
	attrs = append(attrs, "subject", string(d.Subject), "perimeter", d.Digest)
	if d.Skipped != "" {
		attrs = append(attrs, "skipped", d.Skipped)
	}
	if !d.Inside() {
		attrs = append(attrs, "rules", d.rules(), "problems", len(d.Problems))
		s.Log.Warn("decision", attrs...)
		return
	}
	s.Log.Info("decision", attrs...)
}

// operation is a word of the API; anything else is "OTHER", so that no caller can
// make labels up.
func operation(r *Request) string {
	switch r.Operation {
	case "CREATE", opUpdate, opDelete, opConnect:
		return r.Operation
	}
	return "OTHER"
}

func ruleNames(d *Decision) []string {
	if d == nil {
		return nil
	}
	var out []string
	for _, r := range d.rules() {
		out = append(out, string(r))
	}
	return out
}
