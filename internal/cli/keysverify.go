package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A keysVerify is one call of the command.
type keysVerify struct {
	*env
	public         []string
	policy, format string
}

func keysVerifyCommand(e *env) *cobra.Command {
	v := &keysVerify{env: e}
	cmd := &cobra.Command{
		Use:   "verify PROOF",
		Short: "Verify the proof that a version of a key was destroyed, offline",
		Long: `verify says whether a version of a key file was destroyed by who held it: the version signed that as its last act. PROOF is what keys
destroy wrote, or what ledger prove wrote of its entry; the latter is held against --policy, as by ledger verify.

A signature is worth what is known of its key: with --public you name the public keys that the versions had, as keys create, keys rotate and
keys public printed them. Keep those, apart from the proofs. By a key that nobody named anybody could have signed: undecided.

That no copy of the key file was kept elsewhere nobody can prove.

Exit codes: 0 all versions in the proof were destroyed, 1 a signature is wrong or the entry is not in the log, 2 a file cannot be read,
3 signed, but by keys that --public does not name.`,
		Example: `  bailiwick keys verify destroyed.json --public MME5CXhYitmfAg0mQy/2O6CEiST0xj6uargPdylm1mg=
  bailiwick keys verify proof.txt --policy trust.txt --public records-1.pem`,
		Args: one("proof"),
		RunE: func(_ *cobra.Command, args []string) error { return v.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&v.public, "public", nil, "public key that a version had, in base64 or as a PEM file (repeatable)")
	f.StringVar(&v.policy, "policy", "", "file that names whom you trust, for the proof of a ledger")
	f.StringVar(&v.format, "format", "text", "output format: text, json")
	return cmd
}

// A verifiedProof is what is to be said of one version.
type verifiedProof struct {
	local.Destruction
	Verdict finding.Verdict `json:"verdict"`
	Reason  string          `json:"reason,omitempty"`
}

// A verifiedProofs is what verify writes.
type verifiedProofs struct {
	Verdict finding.Verdict `json:"verdict"`
	Log     *verification   `json:"log,omitempty"`
	Proofs  []verifiedProof `json:"proofs,omitempty"`
}

func (v *keysVerify) run(path string) error {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	var known []ed25519.PublicKey
	for _, s := range v.public {
		k, err := publicKey(s)
		if err != nil {
			return err
		}
		known = append(known, k)
	}
	text, err := smallFile(path, maxProof)
	if err != nil {
		return err
	}
	out := verifiedProofs{Verdict: finding.VerdictPass}
	if text, err = v.fromLedger(path, text, &out); err != nil {
		return err
	}
	if out.Verdict == finding.VerdictPass {
		all, err := local.ParseDestructions(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, d := range all {
			p := v.judge(d, known)
			out.Proofs, out.Verdict = append(out.Proofs, p), worse(out.Verdict, p.Verdict)
		}
	}
	if err := v.write(&out); err != nil {
		return err
	}
	if out.Verdict != finding.VerdictPass {
		return exit(codeOf(out.Verdict))
	}
	return nil
}

// fromLedger takes the entry out of the proof of a ledger, when it is in the
// log. What is no such proof comes back as it is.
func (v *keysVerify) fromLedger(path string, text []byte, out *verifiedProofs) ([]byte, error) {
	ofLedger := bytes.HasPrefix(text, []byte("c2sp.org/tlog-proof"))
	switch {
	case ofLedger && v.policy == "":
		return nil, fmt.Errorf("%s is the proof of a ledger: name whom you trust with --policy (docs/guide/ledger.md)", path)
	case !ofLedger && v.policy != "":
		return nil, fmt.Errorf("--policy is for the proof of a ledger, and %s is none", path)
	case !ofLedger:
		return text, nil
	}
	trust, err := smallFile(v.policy, maxProof)
	if err != nil {
		return nil, err
	}
	policy, err := c2sp.ParsePolicy(trust)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.policy, err)
	}
	proof, err := c2sp.ParseProof(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if proof.Extra == nil {
		return nil, fmt.Errorf("%s: the entry does not stand in the proof: take one that `bailiwick ledger prove` wrote", path)
	}
	opened, err := proof.Verify(proof.Extra, policy)
	if err != nil {
		out.Log, out.Verdict = &verification{Index: proof.Index, Reason: err.Error()}, finding.VerdictViolation
		return nil, nil
	}
	r := proven(proof.Index, opened, proof.Extra)
	r.Entry = nil // it is what Proofs shows
	out.Log = &r
	return proof.Extra, nil
}

// judge holds one proof against the keys that are known to have been those of
// versions.
func (v *keysVerify) judge(d local.Destruction, known []ed25519.PublicKey) verifiedProof {
	p := verifiedProof{Destruction: d, Verdict: finding.VerdictPass}
	named := slices.ContainsFunc(known, func(k ed25519.PublicKey) bool { return k.Equal(d.Public) })
	switch err := d.Verify(); {
	case err != nil:
		p.Verdict, p.Reason = finding.VerdictViolation, err.Error()
	case !named:
		p.Verdict, p.Reason = finding.VerdictUndecided, fmt.Sprintf("it is signed by the key %s, and --public does not say that the version had it", base64.StdEncoding.EncodeToString(d.Public))
	case d.Destroyed.After(v.now()):
		p.Verdict, p.Reason = finding.VerdictUndecided, fmt.Sprintf("it says that it was destroyed on %s, which is still to come: one of two clocks is wrong", d.Destroyed.Format(time.RFC3339))
	}
	return p
}

// worse is the worse of two verdicts.
func worse(a, b finding.Verdict) finding.Verdict {
	for _, v := range []finding.Verdict{finding.VerdictViolation, finding.VerdictUndecided} {
		if a == v || b == v {
			return v
		}
	}
	return a
}

func (v *keysVerify) write(out *verifiedProofs) error {
	if v.format == "json" {
		return v.json(out)
	}
	if l := out.Log; l != nil && !l.Verified {
		line(v.out, "log", "the entry is not in a log that you trust: %s", l.Reason)
	} else if l != nil {
		line(v.out, "log", "entry %d of %s, in a signed tree of %d entries, %d witnesses cosigned", l.Index, l.Log, l.Size, len(l.Cosigned))
	}
	for i := range out.Proofs {
		out.Proofs[i].write(v.out)
	}
	line(v.out, "verdict", "%s", out.Verdict)
	return nil
}

func (p *verifiedProof) write(w io.Writer) {
	line(w, "key", "%s", p.Key)
	line(w, "version", "%d, made on %s, destroyed on %s; left: %s", p.Version, p.Created.Format(time.RFC3339), p.Destroyed.Format(time.RFC3339), leftVersions(p.Left))
	if p.Reason != "" {
		line(w, string(p.Verdict), "%s", p.Reason)
	}
}

func leftVersions(numbers []int) string {
	if len(numbers) == 0 {
		return "none"
	}
	return strings.Trim(fmt.Sprint(numbers), "[]")
}

// publicKey reads a public key as keys create and keys public print it.
func publicKey(s string) (ed25519.PublicKey, error) {
	if b, err := base64.StdEncoding.DecodeString(s); err == nil && len(b) == ed25519.PublicKeySize {
		return b, nil
	}
	text, err := smallFile(s, 1<<12)
	if err != nil {
		return nil, fmt.Errorf("--public: it is neither a key in base64 nor a file with one: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, fmt.Errorf("--public %s: it is no PEM file, as `bailiwick keys public` prints it", s)
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("--public %s: %w", s, err)
	}
	public, ok := k.(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("--public " + s + ": it is no Ed25519 key")
	}
	return public, nil
}
