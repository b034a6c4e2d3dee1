package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

func attestPlaceCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "place",
		Short: "Write down and sign where chips stand",
		Long: `place makes lists of chips by site. A quote proves which software runs on which chip; where that chip stands, no quote says. Who
can see the machine writes it down and signs: the operator or the DPO.

Nobody can take a signed list back before it expires, so let it expire soon. Of lists that one key signed, the newest that speaks of a site
counts for that site.`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(placeEnrollCommand(e), placeSignCommand(e), placeShowCommand(e))
	return cmd
}

// maxDraft bounds a list, before and after it is signed.
const maxDraft = 2 * place.MaxList

func placeSignCommand(e *env) *cobra.Command {
	var key, secret, out string
	cmd := &cobra.Command{
		Use:   "sign LIST.yaml --key ADDRESS -o FILE",
		Short: "Sign a list of chips by site",
		Long: `sign reads a list, checks it and signs it:

  apiVersion: bailiwick/v1
  kind: Places
  by: clinic.example/dpo        # the name under which others know the key
  issued: 2026-11-29            # today, when left out
  expires: 2027-02-28
  sites:
    fra1:
      country: DE
      operator: clinic.example
      chips:
        - snp 0102…             # as attest place enroll prints it

It prints the line by which others trust the key; put it into the file that they name with --authorities.`,
		Example: "  bailiwick attest place sign fra1.yaml --key file:dpo.key -o fra1.place",
		Args:    one("list"),
		RunE: func(c *cobra.Command, args []string) error {
			if key == "" || out == "" {
				return fmt.Errorf("--key ADDRESS and -o FILE are needed; as in: %s", firstExample(c))
			}
			return placeSign(c.Context(), e, args[0], key, secret, out)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "address of the key that signs (required)")
	cmd.Flags().StringVar(&secret, "secret", "", "where the key's passphrase stands: file:PATH, credential:NAME (default: asked for on the terminal)")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file of the signed list (required)")
	return cmd
}

// signatureWait is how long a key may take to sign; one in a module far away
// is slow.
const signatureWait = 30 * time.Second

func placeSign(ctx context.Context, e *env, path, address, secret, out string) error {
	text, err := smallFile(path, maxDraft)
	if err != nil {
		return err
	}
	by, list, err := place.ParseDraft(text, e.now())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !e.now().Before(list.Expires) {
		return fmt.Errorf("%s: it expired on %s already", path, list.Expires.Format(time.DateOnly))
	}
	key, err := e.openKey(ctx, address, secret)
	if err != nil {
		return err
	}
	defer key.Close()
	signer, err := keys.NewSigner(ctx, key, signatureWait)
	if err != nil {
		return err
	}
	public := c2sp.LogKey(by, signer.Public())
	if _, err := c2sp.ParseKey(public.String()); err != nil {
		return fmt.Errorf("%s: by: %.80q is no name of a key: a name has no spaces and no plus sign", path, by)
	}
	signed, err := place.Sign(list, c2sp.LogSigner(by, signer))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := toFile(out, func(w io.Writer) error { _, err := w.Write(signed); return err }); err != nil {
		return err
	}
	fmt.Fprintf(e.err, "%s: %d chips at %d sites, until %s; who trusts it has this line in the file of --authorities:\n", out, len(list.Chips), len(list.Sites), list.Expires.Format(time.DateOnly))
	fmt.Fprintf(e.out, "%s %s\n", attest.Enrolled, public)
	return nil
}

func placeShowCommand(e *env) *cobra.Command {
	var authorities, format string
	cmd := &cobra.Command{
		Use:   "show LIST.place --authorities FILE",
		Short: "Verify a signed list and show it",
		Long: `show verifies who signed a list, and prints which chips stand where. The file of authorities has a line for each key that counts, with the
grade that it gives: enrolled for the operator or the DPO, endorsed for the provider.

  enrolled clinic.example/dpo+1b2c3d4e+AXdl…

Exit codes: 0 an authority signed it and it counts today, 1 it does not count, 2 a file cannot be read, 3 nobody was named by --authorities.`,
		Example: "  bailiwick attest place show fra1.place --authorities who.txt",
		Args:    one("signed list"),
		RunE:    func(_ *cobra.Command, args []string) error { return placeShow(e, args[0], authorities, format) },
	}
	cmd.Flags().StringVar(&authorities, "authorities", "", "file with the keys whose lists count")
	cmd.Flags().StringVar(&format, "format", "text", "output format: text, json")
	return cmd
}

// A placeShown is what show writes.
type placeShown struct {
	Counts  bool         `json:"counts"`
	Reason  string       `json:"reason,omitempty"`
	Grade   attest.Grade `json:"grade"`
	By      string       `json:"by,omitempty"`
	Issued  string       `json:"issued,omitempty"`
	Expires string       `json:"expires,omitempty"`
	Chips   []placeChip  `json:"chips"`
}

type placeChip struct {
	Kind     attest.Kind `json:"kind"`
	ID       string      `json:"id"`
	Site     string      `json:"site"`
	Country  string      `json:"country"`
	Operator string      `json:"operator"`
}

func placeShow(e *env, path, authorities, format string) error {
	if err := textOrJSON(format); err != nil {
		return err
	}
	signed, err := smallFile(path, maxDraft)
	if err != nil {
		return err
	}
	s, code := placeShown{Grade: attest.Unknown, Chips: []placeChip{}}, exitPass
	var list *place.List
	if authorities == "" {
		code, s.Reason = exitUndecided, "NOBODY VERIFIED IT: name whose lists count by --authorities"
		list, err = unverified(signed)
	} else {
		var trusted []place.Authority
		var text []byte
		if text, err = smallFile(authorities, maxProof); err != nil {
			return err
		}
		if trusted, err = place.ParseAuthorities(text); err != nil {
			return fmt.Errorf("%s: %w", authorities, err)
		}
		var opened *place.Opened
		if opened, err = place.Open(signed, trusted); err != nil {
			if _, broken := unverified(signed); broken == nil { // a list, of somebody else
				code, s.Reason, list, err = exitViolation, err.Error(), &place.List{}, nil
			}
		} else {
			s.Grade, s.By, list = opened.Grade, opened.By, &opened.List
			if reason := opened.Counts(e.now()); reason != "" {
				code, s.Reason = exitViolation, reason
			}
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s.Counts = code == exitPass
	if err := s.write(e, list, format); err != nil || code == exitPass {
		return err
	}
	return exit(code)
}

// unverified is the list of a note of which nobody asked who signed it.
func unverified(signed []byte) (*place.List, error) {
	_, err := note.Open(signed, note.VerifierList())
	var nobody *note.UnverifiedNoteError
	if !errors.As(err, &nobody) {
		return nil, fmt.Errorf("places: this is no signed list: %w", err)
	}
	return place.Parse(nobody.Note.Text)
}

func (s *placeShown) write(e *env, list *place.List, format string) error {
	sites := map[string]place.Site{}
	for _, site := range list.Sites {
		sites[site.Name] = site
	}
	for _, c := range list.Chips {
		s.Chips = append(s.Chips, placeChip{c.Kind, c.ID, c.Site, sites[c.Site].Country, sites[c.Site].Operator})
	}
	if !list.Issued.IsZero() {
		s.Issued, s.Expires = list.Issued.Format(time.DateOnly), list.Expires.Format(time.DateOnly)
	}
	if format == "json" {
		return e.json(s)
	}
	head := "VERIFIED  signed by " + s.By + ", which " + map[attest.Grade]string{attest.Enrolled: "enrols", attest.Endorsed: "endorses"}[s.Grade]
	if !s.Counts {
		head = "DOES NOT COUNT  " + s.Reason
	}
	fmt.Fprintln(e.out, finding.Tame(head))
	if s.Issued != "" {
		fmt.Fprintf(e.out, "  issued %s, expires %s\n", s.Issued, s.Expires)
	}
	for _, c := range s.Chips {
		fmt.Fprintln(e.out, finding.Tame(fmt.Sprintf("  %s %s  at %s in %s, run by %s", c.Kind, c.ID, c.Site, c.Country, c.Operator)))
	}
	return nil
}

// A placeEnroll is one call of the command.
type placeEnroll struct {
	*env
	bundle, policy, nonce string
}

func placeEnrollCommand(e *env) *cobra.Command {
	p := &placeEnroll{env: e}
	cmd := &cobra.Command{
		Use:   "enroll EVIDENCE --collateral BUNDLE --nonce HEX",
		Short: "Print the chip of a machine that you stand in front of",
		Long: `enroll verifies evidence and prints the line of its chip for a list of places. Make the evidence on the machine while you can see it, over
a nonce that you thought of: an old report could be of a machine that stands elsewhere.

Which software runs does not matter for a chip's name, and neither does AMD's level; everything else must pass. --policy names
another policy; what it says of places is left out, because the chip has none yet.

Exit codes: 0 the chip is printed, 1 the evidence does not hold, 2 a file cannot be read, 3 something is missing.`,
		Example: "  bailiwick attest place enroll evidence.bin --collateral bundle.json --nonce 6e6f6e6365",
		Args:    one("file of evidence"),
		RunE:    func(_ *cobra.Command, args []string) error { return p.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&p.bundle, "collateral", "", "bundle of what the vendors published")
	f.StringVar(&p.policy, "policy", "", "file of a policy that the evidence must satisfy")
	f.StringVar(&p.nonce, "nonce", "", "what the report must have signed along, in hex")
	return cmd
}

func (p *placeEnroll) run(path string) error {
	evidence, err := readEvidence([]string{path})
	if err != nil {
		return err
	}
	o := attest.Options{Roots: p.roots, Now: p.now()}
	if p.bundle != "" {
		if err := exist([]string{p.bundle}); err != nil {
			return err
		}
		if _, o.Collateral, err = openBundle(p.bundle); err != nil {
			return err
		}
	}
	if p.nonce != "" {
		if o.ReportData, err = hex.DecodeString(p.nonce); err != nil {
			return fmt.Errorf("--nonce %.40q is no hex", p.nonce)
		}
	}
	var lines []string
	code := exitPass
	for _, one := range evidence {
		if o.Policy, err = p.policyFor(one.Kind); err != nil {
			return err
		}
		v, err := attestall.Verify(one, o)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if c := codeOf(v.Verdict); c != exitPass {
			code = worseCode(code, c)
			for _, why := range v.Why() {
				fmt.Fprintf(p.err, "%s: %s\n", path, finding.Tame(why))
			}
			continue
		}
		if v.Claims.Chip.ID == "" {
			code = worseCode(code, exitUndecided)
			fmt.Fprintf(p.err, "%s: the report does not say which chip made it: let the host show it (on AMD: without MaskChipId)\n", path)
			continue
		}
		lines = append(lines, fmt.Sprintf("- %s %s", v.Claims.Chip.Kind, v.Claims.Chip.ID))
	}
	if code != exitPass {
		return exit(code)
	}
	for _, l := range lines {
		fmt.Fprintln(p.out, l)
	}
	return nil
}

func worseCode(a, b int) int {
	if a == exitViolation || b == exitPass {
		return a
	}
	return b
}

// policyFor is what a chip's name needs: genuine, fresh, not debuggable. AMD
// publishes no levels, and what mode a GPU is in is not its name.
func (p *placeEnroll) policyFor(kind attest.Kind) (attest.Policy, error) {
	if p.policy != "" {
		text, err := smallFile(p.policy, maxProof)
		if err != nil {
			return attest.Policy{}, err
		}
		policy, err := attest.ParsePolicy(text)
		policy.Place = nil
		if err != nil {
			return policy, fmt.Errorf("%s: %w", p.policy, err)
		}
		return policy, nil
	}
	policy := attest.Policy{Accept: []attest.Exception{attest.AcceptSoftware}}
	switch kind {
	case attest.SNP:
		policy.Accept = append(policy.Accept, attest.AcceptLevel)
	case attest.NVIDIA:
		policy.Accept = append(policy.Accept, attest.AcceptUnknownMode, attest.AcceptGuestMode)
	}
	return policy, nil
}
