package cli

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/assess"
	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// An attestServe is one run of the service.
type attestServe struct {
	check
	attestInput
	policy, resources, key, tokenKey, ledger string
	secret, tokenSecret, ledgerSecret        string
	issuer, listen, metrics                  string
	cert, certKey                            string
	insecureHTTP, insecureSample             bool
	poll, grace                              time.Duration
}

func attestServeCommand(e *env) *cobra.Command {
	s := &attestServe{check: check{env: e}}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Release keys to confidential machines that stand where they may",
		Long: `serve is a key broker: it speaks the KBS protocol of Confidential Containers, version ` + kbs.ProtocolVersion + `, so that guests need no software of ours.
A guest gets a challenge, answers it with evidence, and then gets each resource for which its evidence, its place and the perimeter satisfy
the rule of the release policy. All else is refused. What a guest is given or refused is in the ledger before the answer leaves; when the ledger
takes no entry, nothing is released. Of callers who proved nothing the first ten refusals of a minute are entries, the others are counted in one. docs/spec/attest.md is the policy and the list of places in words.

The policy, the collateral, the lists and the perimeter are read again when they change, and the perimeter each day. What is broken then
leaves the last good state in force, and the log says so. SIGTERM answers what was asked, and exits 0.`,
		Example: "  bailiwick attest serve --policy release.yaml --collateral bundle.json --places sites.txt --authorities dpo.txt --perimeter perimeter.yaml \\\n    --resources /var/lib/kbs --key file:/etc/kbs/key --ledger /var/lib/ledger --issuer https://kbs.clinic.example --tls-cert tls.crt --tls-key tls.key",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return s.run(c.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", "release policy (required)")
	f.StringVar(&s.perimeter, "perimeter", "", "perimeter, for rules that name data classes")
	f.StringVar(&s.resources, "resources", "", "folder of the sealed resources (required)")
	f.StringVar(&s.key, "key", "", "address of the key that unseals them (required)")
	f.StringVar(&s.tokenKey, "token-key", "", "address of the key that signs tokens (default: that of --key)")
	f.StringVar(&s.ledger, "ledger", "", "folder of the ledger (required)")
	f.StringVar(&s.secret, "secret", "", "where the passphrase of --key stands: file:PATH or credential:NAME (default: it is asked for)")
	f.StringVar(&s.tokenSecret, "token-secret", "", "the same for --token-key")
	f.StringVar(&s.ledgerSecret, "ledger-secret", "", "the same for the key that signs the ledger")
	f.StringVar(&s.issuer, "issuer", "", "address of the service as guests know it, https://HOST (required)")
	f.StringVar(&s.listen, "listen", ":8080", "address to listen at")
	f.StringVar(&s.metrics, "metrics-listen", "", "address of /healthz and /metrics (HTTP); none without")
	f.StringVar(&s.cert, "tls-cert", "", "serving certificate (PEM), read again when it changes")
	f.StringVar(&s.certKey, "tls-key", "", "its key (PEM)")
	f.BoolVar(&s.insecureHTTP, "insecure-http", false, "serve without TLS, for a proxy on the same machine that has it; guests take what answers for the broker")
	f.BoolVar(&s.insecureSample, "insecure-sample", false, "take evidence that nobody signed, for rules with `sample: true`: for tests alone")
	f.DurationVar(&s.poll, "poll", 2*time.Second, "how often files are looked at")
	f.DurationVar(&s.grace, "grace", 20*time.Second, "how long answers may take after SIGTERM")
	s.flags(cmd)
	s.knowledge.flags(cmd)
	return cmd
}

// told is what nobody can leave out.
func (s *attestServe) told() error {
	for _, f := range []struct{ name, value string }{{"policy", s.policy}, {"resources", s.resources}, {"key", s.key}, {"ledger", s.ledger}, {"issuer", s.issuer}} {
		if f.value == "" {
			return fmt.Errorf("--%s is needed; attest serve --help says what it is", f.name)
		}
	}
	switch {
	case (s.cert == "") != (s.certKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case (s.cert == "") != s.insecureHTTP:
		return errors.New("give --tls-cert and --tls-key, or --insecure-http when a proxy before this program has them")
	case s.poll <= 0 || s.grace < 0:
		return errors.New("--poll must be more than nothing, and --grace not less")
	}
	return nil
}

func (s *attestServe) run(ctx context.Context) (err error) {
	if err := s.told(); err != nil {
		return err
	}
	state, seen, err := s.state(ctx)
	if err != nil {
		return err
	}
	var open []func() error
	defer func() {
		for i := len(open) - 1; i >= 0; i-- {
			err = errors.Join(err, open[i]())
		}
	}()
	key, err := s.openKey(ctx, s.key, s.secret)
	if err != nil {
		return err
	}
	open = append(open, key.Close)
	signing := key
	if s.tokenKey != "" {
		if signing, err = s.openKey(ctx, s.tokenKey, s.tokenSecret); err != nil {
			return err
		}
		open = append(open, signing.Close)
	}
	signer, err := keys.NewSigner(ctx, signing, keyWait)
	if err != nil {
		return err
	}
	shards, done, err := s.writeLedger(ctx, s.ledger, s.ledgerSecret)
	if err != nil {
		return err
	}
	open = append(open, done)
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	server, err := kbs.New(kbs.Options{
		Issuer: s.issuer, Signer: signer, Resources: kbs.NewStore(s.resources, key), Journal: brokerJournal{shards}, Roots: s.roots,
		Sample: s.insecureSample, Now: s.now, Log: log,
	}, *state)
	if err != nil {
		return err
	}
	told, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	go s.watch(told, server, seen, log)
	go every(told, time.Minute, func() {
		if err := server.Flush(told); err != nil {
			log.Error("refusals were counted and are not entered", "error", err)
		}
	})
	return errors.Join(s.serve(told, server, log), server.Flush(context.WithoutCancel(told)))
}

// serve answers until it is told to end.
func (s *attestServe) serve(ctx context.Context, server *kbs.Server, log *slog.Logger) error {
	quiet := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	broker := &http.Server{Handler: server.Handler(), ErrorLog: quiet}
	kbs.Harden(broker)
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", s.listen, err)
	}
	address := l.Addr().String()
	if !s.insecureHTTP {
		pair, err := admit.NewPair(s.cert, s.certKey)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.Certificate})
		go every(ctx, s.poll, func() {
			if err := pair.Renew(); err != nil {
				log.Error("certificate", "error", err)
			}
		})
	}
	ended := make(chan error, 2)
	servers := []*http.Server{broker}
	if s.metrics != "" {
		m, err := net.Listen("tcp", s.metrics)
		if err != nil {
			return errors.Join(fmt.Errorf("--metrics-listen %s: %w", s.metrics, err), l.Close())
		}
		mux := http.NewServeMux()
		mux.HandleFunc("GET /metrics", server.Metrics)
		mux.HandleFunc("GET /healthz", server.Health)
		side := &http.Server{Handler: mux, ErrorLog: quiet}
		kbs.Harden(side)
		servers = append(servers, side)
		go func() { ended <- side.Serve(m) }()
	}
	go func() { ended <- broker.Serve(l) }()
	log.Info("serving", "address", address, "issuer", s.issuer, "sample", s.insecureSample)
	select {
	case err = <-ended:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	until, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
	defer cancel()
	for _, h := range servers {
		err = errors.Join(err, h.Shutdown(until))
	}
	log.Info("ended")
	return err
}

// every calls f from time to time.
func every(ctx context.Context, wait time.Duration, f func()) {
	tick := time.NewTicker(wait)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f()
		}
	}
}

// watch reads the files again when they or the day change.
func (s *attestServe) watch(ctx context.Context, server *kbs.Server, seen [32]byte, log *slog.Logger) {
	every(ctx, s.poll, func() {
		now, err := s.look()
		if err == nil && now == seen {
			return
		}
		if err == nil {
			var state *kbs.State
			if state, seen, err = s.state(ctx); err == nil {
				err = server.Load(*state)
			}
			seen = now // what is broken is said once
		}
		if err != nil {
			log.Error("files changed and are not taken; the last good state stays in force", "error", err)
			return
		}
		log.Info("files changed and are in force")
	})
}

// look digests the files and the day.
func (s *attestServe) look() (sum [32]byte, err error) {
	h := sha256.New()
	fmt.Fprintln(h, s.now().Format(time.DateOnly))
	for _, path := range append([]string{s.policy, s.perimeter}, s.files()...) {
		if path == "" {
			continue
		}
		text := sha256.New()
		if err := digestFile(text, path); err != nil {
			return sum, err
		}
		h.Write(text.Sum(nil))
	}
	return [32]byte(h.Sum(nil)), nil
}

func digestFile(h io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

// state reads all that decides, and says what it saw.
func (s *attestServe) state(ctx context.Context) (*kbs.State, [32]byte, error) {
	seen, err := s.look()
	if err != nil {
		return nil, seen, err
	}
	text, err := smallFile(s.policy, 1<<20)
	if err != nil {
		return nil, seen, err
	}
	state := &kbs.State{}
	if state.Policy, err = kbs.ParsePolicy(text); err != nil {
		return nil, seen, fmt.Errorf("%s: %w", s.policy, err)
	}
	if state.Collateral, state.Places, err = s.open(); err != nil {
		return nil, seen, err
	}
	if state.Collateral != nil {
		attestall.Prepare(state.Collateral)
	}
	if len(state.Policy.Classes()) == 0 {
		return state, seen, nil
	}
	if s.perimeter == "" {
		return nil, seen, fmt.Errorf("%s: a rule names data classes: give the perimeter that has them, --perimeter FILE", s.policy)
	}
	o, _, err := s.options()
	if err != nil {
		return nil, seen, err
	}
	state.Perimeter, err = kbs.Bound(state.Policy, o.Perimeter.Digest, func(classes []graph.ClassID) (*bounds.Bounds, error) {
		return assess.Compile(ctx, o, classes)
	})
	return state, seen, err
}

// A brokerJournal writes what a broker decided into a ledger.
type brokerJournal struct{ shards *ledger.Shards }

// Record appends an event: it is durable below a signed checkpoint when it returns.
func (j brokerJournal) Record(ctx context.Context, e kbs.Event) error {
	text, err := e.Entry().Marshal()
	if err != nil {
		return err
	}
	_, err = j.shards.Append(ctx, text)
	return err
}
