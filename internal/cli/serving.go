package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// A serving is a small server of ours: where it listens, and what it counts.
type serving struct {
	*env
	listen, health string
	most           int // requests that are answered at once
	metrics        func(io.Writer)
}

func (s *serving) flags(cmd *cobra.Command, listen string) {
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", listen, "address to listen on (HTTP; put TLS before it)")
	f.StringVar(&s.health, "health-listen", "", "address of /healthz and /metrics (HTTP; default: none)")
	f.IntVar(&s.most, "concurrent", 64, "requests that are answered at once; others wait")
}

// drainFor is how long requests that are being answered may take after
// SIGTERM.
const drainFor = 20 * time.Second

// run serves until SIGTERM or the end of the context, then lets requests end,
// and returns nil. The log names the addresses, so that port 0 can be used.
func (s *serving) run(ctx context.Context, log *slog.Logger, handler http.Handler, attrs ...any) error {
	if s.most < 1 {
		return fmt.Errorf("--concurrent must be at least 1")
	}
	told, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	main, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", s.listen, err)
	}
	servers := []*http.Server{server(log, s.bounded(handler))}
	ended := make(chan error, 2)
	go func() { ended <- servers[0].Serve(main) }()
	attrs = append(attrs, "listen", main.Addr().String())
	if s.health != "" {
		health, err := net.Listen("tcp", s.health)
		if err != nil {
			servers[0].Close()
			return fmt.Errorf("--health-listen %s: %w", s.health, err)
		}
		servers = append(servers, server(log, s.page()))
		go func() { ended <- servers[1].Serve(health) }()
		attrs = append(attrs, "health", health.Addr().String())
	}
	log.Info("serving", attrs...)
	select {
	case err := <-ended:
		for _, h := range servers {
			h.Close()
		}
		return fmt.Errorf("serve: %w", err)
	case <-told.Done():
	}
	until, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	var errs []error
	for _, h := range servers {
		errs = append(errs, h.Shutdown(until))
	}
	log.Info("drained")
	return errors.Join(errs...)
}

// server is one that nobody can hold up by sending or taking slowly.
func server(log *slog.Logger, h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// bounded answers so many requests at once: a bundle may have 16 MB.
func (s *serving) bounded(h http.Handler) http.Handler {
	places := make(chan struct{}, s.most)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			h.ServeHTTP(w, req)
		case <-req.Context().Done():
		}
	})
}

func (s *serving) page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.metrics(w)
	})
	return mux
}
