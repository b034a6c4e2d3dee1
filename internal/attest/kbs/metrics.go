package kbs

import (
	"fmt"
	"net/http"
	"sync/atomic"
)

// Metrics count what happened, for /metrics in the text format of Prometheus.
type Metrics struct {
	Challenges, Attestations, Releases    atomic.Int64
	RefusedAttestations, RefusedResources atomic.Int64
	Limited, JournalFailures              atomic.Int64
}

// Metrics writes the counters. It is not part of Handler: whoever may ask for
// a key need not know how many others did.
func (s *Server) Metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	pending, attested := s.sessions.count()
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"challenges_total", "counter", "Challenges that were given.", s.metrics.Challenges.Load()},
		{"attestations_total", "counter", "Evidence that was proved.", s.metrics.Attestations.Load()},
		{"attestations_refused_total", "counter", "Evidence that was refused.", s.metrics.RefusedAttestations.Load()},
		{"releases_total", "counter", "Resources that were released.", s.metrics.Releases.Load()},
		{"resources_refused_total", "counter", "Requests for resources that were refused.", s.metrics.RefusedResources.Load()},
		{"limited_total", "counter", "Requests that were turned away unheard.", s.metrics.Limited.Load()},
		{"journal_failures_total", "counter", "Entries that the journal did not take; each kept an answer back.", s.metrics.JournalFailures.Load()},
		{"sessions_pending", "gauge", "Sessions whose guest has not attested yet.", int64(pending)},
		{"sessions_attested", "gauge", "Sessions whose guest has attested.", int64(attested)},
	} {
		fmt.Fprintf(w, "# HELP bailiwick_kbs_%s %s\n# TYPE bailiwick_kbs_%[1]s %[3]s\nbailiwick_kbs_%[1]s %[4]d\n", m.name, m.help, m.kind, m.value)
	}
}

// Health says whether anything can be released: not while the journal takes no
// entry. A ledger whose disk failed takes none until it is opened again, so whoever
// watches the process may start it anew.
func (s *Server) Health(w http.ResponseWriter, _ *http.Request) {
	if s.down.Load() {
		http.Error(w, "the journal did not take the last entry: nothing is released", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
