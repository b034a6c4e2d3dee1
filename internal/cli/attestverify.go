package cli

import (
	"cmp"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// An attestVerify is one call of the command.
type attestVerify struct {
	*env
	attestInput
	policy, nonce, kind, mode, format string
	certificates                      []string
}

func attestVerifyCommand(e *env) *cobra.Command {
	v := &attestVerify{env: e}
	cmd := &cobra.Command{
		Use:   "verify EVIDENCE",
		Short: "Verify evidence of a confidential machine",
		Long: `verify holds a report or quote against the pinned roots of its vendor, the collateral bundle and a policy, without a network.
docs/spec/attest.md is the policy and the list of places in words. The evidence is a report or quote as it is, in hex or in base64, or the JSON of
NVIDIA's tools; of several GPUs each has a verdict, and the worst is the exit code.

What is not known is no pass: without --nonce nobody knows whether the evidence is old, without --collateral nobody knows whether its
certificate was revoked, without --places nobody knows where the machine stands. A policy can accept each of these by a word.

Exit codes: 0 the policy takes it, 1 it does not, 2 it cannot be read, 3 something that matters is not known.`,
		Example: "  bailiwick attest verify quote.bin --policy policy.yaml --collateral bundle.json --nonce 00ff…\n  bailiwick attest verify report.bin --certificate vcek.pem --policy policy.yaml --format json",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return fmt.Errorf("%s takes one file with evidence; as in: %s", c.CommandPath(), firstExample(c))
		},
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("nonce") && v.nonce == "" { // of a variable of a script, most often
				return fmt.Errorf("--nonce is empty: write what was signed along in hex, or leave it out")
			}
			return v.run(args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&v.policy, "policy", "", "what is asked of the evidence (default: the strictest, which names no software)")
	f.StringVar(&v.nonce, "nonce", "", "what the evidence must have signed along, in hex")
	f.StringVar(&v.kind, "kind", "", "kind of the evidence: snp, tdx, sgx, nvidia (default: what its first bytes say)")
	f.StringVar(&v.mode, "gpu-mode", "", "mode of a GPU as its guest states it: on, off, devtools")
	f.StringArrayVar(&v.certificates, "certificate", nil, "certificates that came along with it, PEM or DER (repeatable)")
	f.StringVar(&v.format, "format", "text", "output format: text, json")
	v.flags(cmd)
	return cmd
}

func (v *attestVerify) run(path string) error {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	o := attest.Options{Roots: v.roots, Now: v.now()}
	var err error
	if o.Collateral, o.Places, err = v.open(); err != nil {
		return err
	}
	if v.policy != "" {
		text, err := smallFile(v.policy, 1<<20)
		if err != nil {
			return err
		}
		if o.Policy, err = attest.ParsePolicy(text); err != nil {
			return fmt.Errorf("%s: %w", v.policy, err)
		}
	}
	if v.nonce != "" {
		if o.ReportData, err = hex.DecodeString(v.nonce); err != nil {
			return fmt.Errorf("--nonce: write what was signed along in hex: %w", err)
		}
	}
	evidence, err := v.evidence(path)
	if err != nil {
		return err
	}
	code := exitPass
	for _, e := range evidence {
		verdict, err := attestall.Verify(e, o)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := v.print(verdict); err != nil {
			return err
		}
		code = worseCode(code, codeOf(verdict.Verdict))
	}
	if code != exitPass {
		return exit(code)
	}
	return nil
}

// evidence reads the file, and adds to each piece in it what the flags say.
func (v *attestVerify) evidence(path string) ([]attest.Evidence, error) {
	mode := attest.Mode(v.mode)
	if known := []attest.Mode{attest.ModeOn, attest.ModeOff, attest.ModeDevTools}; mode != "" && !slices.Contains(known, mode) {
		return nil, fmt.Errorf("--gpu-mode %.40q is not known; there are %q", mode, known)
	}
	text, err := smallFile(path, maxEvidence)
	if err != nil {
		return nil, err
	}
	all, err := attestall.Read(text)
	if err != nil && v.kind != "" { // who says the kind need not be told
		all, err = []attest.Evidence{{Report: text}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	brought, err := v.brought()
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Kind, all[i].Mode = cmp.Or(attest.Kind(v.kind), all[i].Kind), mode
		all[i].Certificates = append(all[i].Certificates, brought...)
	}
	return all, nil
}

// brought are the certificates of --certificate.
func (v *attestVerify) brought() ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for _, path := range v.certificates {
		text, err := smallFile(path, 1<<20)
		if err != nil {
			return nil, err
		}
		certs, err := attest.Certificates(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, certs...)
	}
	return all, nil
}

func (v *attestVerify) print(verdict *attest.Verdict) error {
	if v.format == "json" {
		return verdict.Encode(v.out)
	}
	fmt.Fprintf(v.out, "%s: %s evidence %s\n", verdict.Verdict, verdict.Kind, verdict.Evidence)
	for _, c := range verdict.Checks {
		mark := map[finding.Verdict]string{finding.VerdictPass: "ok", finding.VerdictViolation: "FAIL"}[c.Status]
		if mark == "" {
			mark = "?"
		}
		fmt.Fprintf(v.out, "  %-4s %-12s %s\n", mark, c.Name, finding.Tame(c.Message))
	}
	p := verdict.Place
	if p.Grade == attest.Unknown {
		fmt.Fprintf(v.out, "place: not known: %s\n", p.Because)
		return nil
	}
	fmt.Fprintf(v.out, "place: %s in %s, run by %s (%s: %s)\n", p.Site, p.Country, finding.Tame(p.Operator), p.Grade, finding.Tame(p.Because))
	return nil
}
