package admit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// Certificates are what serves TLS and is renewed: an [Authority] or a [Pair].
type Certificates interface {
	Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	Renew() error
	Ends() time.Time
}

// A Service is a server with where it listens and how long things take.
type Service struct {
	*Server
	Certificates Certificates
	Webhook      net.Listener
	Health       net.Listener  // nil: no probes and metrics
	Poll         time.Duration // between looks at the files
	Lag          time.Duration // between being told to end and taking no more calls: others have to hear of it
	Grace        time.Duration // for the calls that are being answered then
}

// Run serves until the context ends, then drains, and returns nil. Any other end is
// an error.
func (s *Service) Run(ctx context.Context) error {
	s.CertificateEnds = s.Certificates.Ends
	quiet := log.New(logWriter{s.Server}, "", 0)
	hook := &http.Server{Handler: s.Server.Webhook(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: quiet,
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.Certificates.Certificate}}
	health := &http.Server{Handler: s.Server.Health(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, ErrorLog: quiet}
	ended := make(chan error, 2)
	go func() { ended <- hook.ServeTLS(s.Webhook, "", "") }()
	if s.Health != nil {
		go func() { ended <- health.Serve(s.Health) }()
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go s.watch(watching)
	select {
	case err := <-ended:
		hook.Close()
		health.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.Log.Info("draining", "lag", s.Lag.String())
	s.Drain()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-time.After(s.Lag):
	}
	until, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Grace)
	defer cancel()
	err := hook.Shutdown(until)
	if s.Health != nil {
		err = errors.Join(err, health.Shutdown(until))
	}
	if err != nil {
		return fmt.Errorf("drain: %w", err)
	}
	s.Log.Info("drained")
	return nil
}

// watch looks at the files from time to time.
func (s *Service) watch(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.refresh(ctx)
		if err := s.Certificates.Renew(); err != nil {
			s.Log.Error("certificate", "error", err.Error())
		}
	}
}

func (s *Service) refresh(ctx context.Context) {
	switch changed, err := s.Judge.Refresh(ctx); {
	case err != nil && ctx.Err() == nil:
		s.Log.Error("reload refused: the last good perimeter stays in force", "error", err.Error(), "perimeter", s.Judge.State().Digest())
	case changed:
		s.Log.Info("reloaded", "perimeter", s.Judge.State().Digest())
	}
}

// logWriter takes what net/http says of broken connections.
type logWriter struct{ s *Server }

func (w logWriter) Write(p []byte) (int, error) {
	w.s.Log.Debug("http", "error", string(p))
	return len(p), nil
}
