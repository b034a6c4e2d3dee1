package cli

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
)

// A ledgerTimestamp is one run of the command or of its verify.
type ledgerTimestamp struct {
	*env
	shard, roots          string
	policies, urls, under []string
}

func ledgerTimestampCommand(e *env) *cobra.Command {
	t := &ledgerTimestamp{env: e}
	cmd := &cobra.Command{
		Use:   "timestamp DIR",
		Short: "Have an authority say when the ledger's checkpoint existed",
		Long: `timestamp asks the authorities of ledger.yaml (timestamps: a list of URLs), or those of --tsa, to sign the newest published checkpoint
with their time (RFC 3161), verifies what they answer against --roots, and keeps it in the folder timestamps of the shard. Only a
digest leaves the house. Run it daily, and before a shard ends.

Exit codes: 0 each authority's token is kept, 2 one's is not.`,
		Example: `  bailiwick ledger timestamp /var/lib/ledger --roots authorities.pem
  bailiwick ledger timestamp verify /var/lib/ledger/2026-11 --roots authorities.pem --policy trust.txt`,
		Args: one("folder"),
		RunE: func(c *cobra.Command, args []string) error { return t.ask(c.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&t.shard, "shard", "", "shard whose checkpoint is stamped, as in 2026-11 (default: the newest)")
	f.StringArrayVar(&t.urls, "tsa", nil, "URL of an authority (repeatable; default: those of ledger.yaml)")
	t.trustFlags(cmd)
	v := &ledgerTimestamp{env: e}
	verify := &cobra.Command{
		Use:   "verify TOKEN|SHARD",
		Short: "Verify timestamps, offline",
		Long: `verify says what authorities that you trust signed about a checkpoint: that it existed at their time. It takes a token with the checkpoint
beside it (NAME.tst, NAME.note), or the folder of a shard with all of its timestamps. With --policy the checkpoint's own signatures are
verified too. Whether a certificate was revoked cannot be known offline.

Exit codes: 0 all verify, 1 one does not, 2 a file cannot be read, 3 there is none.`,
		Example: `  bailiwick ledger timestamp verify /var/lib/ledger/2026-11 --roots authorities.pem --policy trust.txt`,
		Args:    one("path"),
		RunE:    func(_ *cobra.Command, args []string) error { return v.verify(args[0]) },
	}
	v.trustFlags(verify)
	verify.Flags().StringArrayVar(&v.policies, "policy", nil, "file that names the logs and witnesses that you trust (repeatable; default: only the time is verified)")
	cmd.AddCommand(verify)
	return cmd
}

func (t *ledgerTimestamp) trustFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.roots, "roots", "", "certificates (PEM) of those whom you believe the time (required)")
	f.StringArrayVar(&t.under, "under", nil, "policy of an authority under which time is believed, as in 0.4.0.2023.1.1 (repeatable; default: any)")
}

func (t *ledgerTimestamp) trust() (timestamp.Trust, error) {
	if t.roots == "" {
		return timestamp.Trust{}, fmt.Errorf("--roots FILE is missing: it holds the certificates (PEM) of those whom you believe the time")
	}
	text, err := smallFile(t.roots, maxProof)
	if err != nil {
		return timestamp.Trust{}, err
	}
	trust := timestamp.Trust{Roots: x509.NewCertPool(), Now: t.now()}
	n := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return timestamp.Trust{}, fmt.Errorf("%s: certificate %d: %w", t.roots, n+1, err)
		}
		trust.Roots.AddCert(cert)
		n++
	}
	if n == 0 {
		return timestamp.Trust{}, fmt.Errorf("%s holds no certificate in PEM", t.roots)
	}
	for _, id := range t.under {
		oid, err := objectID(id)
		if err != nil {
			return timestamp.Trust{}, err
		}
		trust.Policies = append(trust.Policies, oid)
	}
	return trust, nil
}

func objectID(s string) (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	for arc := range strings.SplitSeq(s, ".") {
		n, err := strconv.Atoi(arc)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("--under %s: want an object identifier, as in 0.4.0.2023.1.1", s)
		}
		oid = append(oid, n)
	}
	return oid, nil
}

func (t *ledgerTimestamp) ask(ctx context.Context, dir string) error {
	times, err := t.trust()
	if err != nil {
		return err
	}
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return err
	}
	urls := t.urls
	if len(urls) == 0 {
		urls = c.Timestamps
	}
	if len(urls) == 0 {
		return fmt.Errorf("no authority is named: list some under timestamps: in %s, or give --tsa URL", filepath.Join(dir, ledger.ConfigName))
	}
	shard, err := shardNamed(c, t.shard)
	if err != nil {
		return err
	}
	signed, err := smallFile(filepath.Join(shard.Dir, "checkpoint"), maxProof)
	if err != nil {
		return err
	}
	public, err := c.Public()
	if err != nil {
		return err
	}
	checkpoint, err := signedBy(signed, shard.Origin, public)
	if err != nil {
		return fmt.Errorf("%s: nothing is stamped: %w. Run `bailiwick ledger fsck`", shard.Dir, err)
	}
	var errs []error
	for _, url := range urls {
		der, token, err := (&timestamp.Client{URL: url, Trust: times}).Stamp(ctx, signed)
		if err == nil {
			var kept timestamp.Kept
			if kept, err = timestamp.Keep(shard.Dir, checkpoint.Size, signed, der, token.Time); err == nil {
				fmt.Fprintf(t.out, "%s: %d entries of %s existed at %s\n", kept.Path, checkpoint.Size, checkpoint.Origin, when(token))
			}
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (t *ledgerTimestamp) verify(path string) error {
	times, err := t.trust()
	if err != nil {
		return err
	}
	var policies trust
	if len(t.policies) > 0 {
		if policies, err = readTrust(t.policies); err != nil {
			return err
		}
	}
	var list []timestamp.Kept
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		list, err = timestamp.List(path)
	} else {
		var k timestamp.Kept
		k, err = timestamp.Load(path)
		list = append(list, k)
	}
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintf(t.out, "UNDECIDED  %s has no timestamps\n", path)
		return exit(exitUndecided)
	}
	bad := false
	for _, k := range list {
		line, err := t.one(k, times, policies)
		if err != nil {
			bad, line = true, "NOT VERIFIED  "+k.Path+": "+finding.Tame(err.Error())
		}
		fmt.Fprintln(t.out, line)
	}
	if bad {
		return exit(exitViolation)
	}
	return nil
}

func (t *ledgerTimestamp) one(k timestamp.Kept, times timestamp.Trust, policies trust) (string, error) {
	token, err := timestamp.Parse(k.DER)
	if err != nil {
		return "", err
	}
	if err := token.Verify(k.Note, times); err != nil {
		return "", err
	}
	c, err := c2sp.Unverified(k.Note)
	signed := ", whose signatures were not looked at (--policy does)"
	if err != nil {
		return "", err
	}
	if policies != nil {
		policy, err := policies.of(k.Note)
		if err != nil {
			return "", err
		}
		opened, err := policy.Open(k.Note)
		if err != nil {
			return "", err
		}
		c, signed = opened.Checkpoint, ""
	}
	return fmt.Sprintf("VERIFIED  %d entries of %s existed at %s, under policy %s%s", c.Size, finding.Tame(c.Origin), when(token), token.Policy, signed), nil
}

// when is what a token says of the time: as exactly as its authority vouches.
func when(t *timestamp.Token) string {
	at := t.Time.Format(time.RFC3339Nano)
	if t.Accuracy > 0 {
		return fmt.Sprintf("%s ± %s", at, t.Accuracy)
	}
	return at
}
