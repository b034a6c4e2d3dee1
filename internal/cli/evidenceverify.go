package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// An unpacking is one run of evidence verify.
type unpacking struct {
	*env
	public   string
	policies []string
	times    ledgerTimestamp
	format   string
}

func evidenceVerifyCommand(e *env) *cobra.Command {
	v := &unpacking{env: e, times: ledgerTimestamp{env: e}}
	cmd := &cobra.Command{
		Use:   "verify PACK --public KEY",
		Short: "Verify an evidence pack, offline",
		Long: `verify says whether a pack is what the holder of the key signed: the signatures, the digest of every file, that none is missing and none
was added, that the statements say what the result and the perimeter say, and what the pack proves from ledgers. It needs no network
and nothing but the pack and what you trust, which reaches you by another way than the pack: the public key, the policies (c2sp.org/tlog-policy) of
the ledgers, and the certificates of those whom you believe the time. Documents are not made again: whoever has the inputs does that by
evidence pack with the same --at, and compares SHA256SUMS.

Exit codes: 0 verified, 1 something was altered or is wrong, 2 it cannot be read, 3 nothing is wrong, and something could not be
established, such as a proof of a ledger that no policy names.`,
		Example: `  bailiwick evidence verify pack.zip --public evidence.pem
  bailiwick evidence verify pack.zip --public evidence.pem --policy trust.txt --roots authorities.pem`,
		Args: one("pack"),
		RunE: func(_ *cobra.Command, args []string) error { return v.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&v.public, "public", "", "public key of who signed: a file in PEM, or a line as keys public prints it, or a file with one (required)")
	f.StringArrayVar(&v.policies, "policy", nil, "file that names the logs and witnesses that you trust (repeatable: one for each shard)")
	f.StringVar(&v.format, "format", "text", "output format: text, json")
	v.times.trustFlags(cmd)
	cmd.Flag("roots").Usage = "certificates (PEM) of those whom you believe the time"
	return cmd
}

func (v *unpacking) run(path string) error {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	trust, err := v.trust()
	if err != nil {
		return err
	}
	info, err := os.Stat(path) // before it is opened: a pipe would wait for who writes to it
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file, and a pack is read from both of its ends: save it as one first")
	}
	if err != nil {
		return fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	defer f.Close()
	p, err := pack.Open(f, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	r := pack.Verify(p, trust)
	if err := v.write(r); err != nil {
		return err
	}
	switch {
	case len(r.Faults) > 0:
		return exit(exitViolation)
	case len(r.Open) > 0:
		return exit(exitUndecided)
	}
	return nil
}

// trust is whom the user believes.
func (v *unpacking) trust() (pack.Trust, error) {
	t := pack.Trust{Now: v.now()}
	if v.public == "" {
		return t, fmt.Errorf("--public KEY is missing: the public key of who signed, which you got by another way than the pack; `bailiwick keys public ADDRESS` prints it")
	}
	text := v.public
	if isFile(v.public) {
		b, err := smallFile(v.public, maxProof)
		if err != nil {
			return t, err
		}
		text = string(b)
	}
	var err error
	if t.Public, err = pack.ParsePublic(text); err != nil {
		return t, fmt.Errorf("--public: %w", err)
	}
	if len(v.policies) > 0 {
		if t.Policies, err = readTrust(v.policies); err != nil {
			return t, err
		}
	}
	if v.times.roots != "" {
		times, err := v.times.trust()
		if err != nil {
			return t, err
		}
		t.Times = &times
	}
	return t, nil
}

func (v *unpacking) write(r *pack.Report) error {
	if v.format == "json" {
		return v.json(r)
	}
	word := "VERIFIED"
	switch {
	case len(r.Faults) > 0:
		word = "NOT VERIFIED"
	case len(r.Open) > 0:
		word = "UNDECIDED"
	}
	if e := r.Evidence; e != nil {
		about := fmt.Sprintf("%d files about %s on %s, made by %s %s; inputs: %d; its verdict: %s", r.Files, e.Perimeter.Name, e.At, e.Generator.Name, e.Generator.Version, len(e.Inputs), e.Verdict)
		fmt.Fprintf(v.out, "%s  %s\n", word, finding.Tame(about))
	} else {
		fmt.Fprintf(v.out, "%s  its statement cannot be believed: no file was looked at\n", word)
	}
	for _, f := range r.Faults {
		fmt.Fprintf(v.out, "  wrong: %s\n", f)
	}
	for _, f := range r.Open {
		fmt.Fprintf(v.out, "  not established: %s\n", f)
	}
	for _, s := range r.Shown {
		fmt.Fprintf(v.out, "  shown: %s\n", s)
	}
	return nil
}
