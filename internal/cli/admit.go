package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// An admission is one run of the webhook.
type admission struct {
	check
	mode    string
	listen  string
	health  string
	cluster []string
	cert    string
	key     string
	own     string
	names   []string
	poll    time.Duration
	lag     time.Duration
	once    bool
}

func admitCommand(e *env) *cobra.Command {
	a := &admission{check: check{env: e}}
	cmd := &cobra.Command{
		Use:   "admit",
		Short: "Hold objects against the perimeter before a cluster stores them",
		Long: `admit is a validating admission webhook for Kubernetes. It says of the object that the API server is about to store what
check says of its manifest, and refuses what is outside perimeter.yaml, or not established where the data class says
unknown: block. It fails closed. docs/guide/admit.md shows how to install it; deploy/charts/admit is the chart.

--cluster names files with what stands in the cluster beside the object (nodes, namespaces, network policies, storage
classes), as kubectl get -o yaml writes them: without nodes nobody knows where a pod will run.

Certificates: --tls-cert and --tls-key name files that somebody else renews (cert-manager); --tls-own names a folder in
which admit makes and renews its own, with ca.crt for the webhook's configuration; without either they are kept in memory
and the bundle is printed. --tls-only makes the certificates of --tls-own and ends.

All files are read again when they change. A perimeter that is broken leaves the last good one in force; /readyz, the log
and /metrics say so. SIGTERM drains and exits 0; a perimeter that is broken at the start exits 2.`,
		Example: `  bailiwick admit --perimeter perimeter.yaml --cluster nodes.yaml --mode audit
  bailiwick admit --tls-own certs --dns-name bailiwick-admit.bailiwick.svc --tls-only
  bailiwick admit --tls-cert /tls/tls.crt --tls-key /tls/tls.key`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&a.perimeter, "perimeter", "", "perimeter file (default: the nearest perimeter.yaml upward from this folder)")
	f.StringVar(&a.at, "at", "", "day whose law and waivers count (default: each day the day itself)")
	f.StringVar(&a.mode, "mode", string(admit.Enforce), "what a decision does: "+strings.Join(admit.Modes(), ", "))
	f.StringVar(&a.listen, "listen", ":8443", "address of the webhook (HTTPS, path /admit)")
	f.StringVar(&a.health, "health-listen", ":8080", "address of /healthz, /readyz and /metrics (HTTP); empty for none")
	f.Lookup("health-listen").Annotations = map[string][]string{mayBeEmpty: nil}
	f.StringArrayVar(&a.cluster, "cluster", nil, "file with objects of the cluster that stand beside what is judged (repeatable)")
	f.StringVar(&a.cert, "tls-cert", "", "serving certificate (PEM), read again when it changes")
	f.StringVar(&a.key, "tls-key", "", "its key (PEM)")
	f.StringVar(&a.own, "tls-own", "", "folder of certificates that admit makes and renews itself")
	f.StringArrayVar(&a.names, "dns-name", nil, "name that the certificate of its own is for (repeatable; default: localhost, 127.0.0.1)")
	f.BoolVar(&a.once, "tls-only", false, "make or renew the certificates of --tls-own, print the bundle, and end")
	f.DurationVar(&a.poll, "poll", 2*time.Second, "how often files are looked at")
	f.DurationVar(&a.lag, "drain", 5*time.Second, "how long calls are still taken after SIGTERM, while others hear of it")
	a.knowledge.flags(cmd)
	return cmd
}

func (a *admission) run(ctx context.Context) error {
	mode, err := admit.ParseMode(a.mode)
	if err != nil {
		return err
	}
	if a.poll <= 0 || a.lag < 0 {
		return fmt.Errorf("--poll must be more than nothing, and --drain not less")
	}
	certs, err := a.certificates()
	if err != nil || a.once {
		return err
	}
	judge, err := a.judge()
	if err != nil {
		return err
	}
	if _, err := judge.Refresh(ctx); err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(a.err, nil))
	s := &admit.Service{Server: admit.New(judge, mode, log), Certificates: certs, Poll: a.poll, Lag: a.lag, Grace: 20 * time.Second}
	if s.Webhook, err = net.Listen("tcp", a.listen); err != nil {
		return fmt.Errorf("--listen %s: %w", a.listen, err)
	}
	if a.health != "" {
		if s.Health, err = net.Listen("tcp", a.health); err != nil {
			return fmt.Errorf("--health-listen %s: %w", a.health, err)
		}
	}
	if own, ok := certs.(*admit.Authority); ok && a.own == "" {
		if _, err := a.out.Write(own.Bundle()); err != nil {
			return err
		}
	}
	told, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	attrs := []any{"webhook", s.Webhook.Addr().String(), "mode", string(mode), "perimeter", judge.State().Digest()}
	if s.Health != nil {
		attrs = append(attrs, "health", s.Health.Addr().String())
	}
	log.Info("serving", attrs...)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	return s.Run(told)
}

// gcPercent trades memory for the slowest answers: the knowledge base is some tens
// of megabytes that never change, and looking through them is what a request waits
// for. GOGC in the environment says otherwise.
const gcPercent = 300

// judge is what decides, without a state yet.
func (a *admission) judge() (*admit.Judge, error) {
	if _, err := a.day(a.at); err != nil {
		return nil, err
	}
	a.paths = []string{"."}
	path, err := a.perimeterPath()
	if err != nil {
		return nil, err
	}
	j := &admit.Judge{Perimeter: path, Cluster: a.cluster}
	var o assess.Options
	if o.KB, o.Loosened, err = a.open(); err != nil {
		return nil, err
	}
	if o.Rules, err = a.policies(); err != nil {
		return nil, err
	}
	o.Known = o.Rules
	j.Options, j.Source = o, all.Known(o.KB)
	j.Day = func() time.Time {
		day, _ := a.day(a.at) // it was read before
		return day
	}
	return j, nil
}

// certificates are those of files, of a folder of our own, or of memory.
func (a *admission) certificates() (admit.Certificates, error) {
	switch {
	case (a.cert == "") != (a.key == ""):
		return nil, fmt.Errorf("--tls-cert and --tls-key go together")
	case a.cert != "" && (a.own != "" || a.once):
		return nil, fmt.Errorf("--tls-cert is renewed by others, --tls-own by admit: give one of them")
	case a.once && a.own == "":
		return nil, fmt.Errorf("--tls-only needs the folder to write to: --tls-own DIR")
	case a.cert != "":
		return admit.NewPair(a.cert, a.key)
	}
	names := a.names
	if len(names) == 0 {
		names = []string{"localhost", "127.0.0.1"}
	}
	own, err := admit.NewAuthority(a.own, names, a.now)
	if err != nil {
		return nil, err
	}
	if a.once {
		_, err = a.out.Write(own.Bundle())
	}
	return own, err
}
