package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A keysDescribe is one call of the command.
type keysDescribe struct {
	*env
	secret, format, perimeter, at string
	classes                       []string
}

func keysDescribeCommand(e *env) *cobra.Command {
	d := &keysDescribe{env: e}
	cmd := &cobra.Command{
		Use:   "describe ADDRESS",
		Short: "Say where a key is, who can use it, and what shows that",
		Long: `describe asks what keeps a key how it is kept, and prints the answer with its evidence. From it follows custody on the ladder of KEY-002:

  0 the provider's own key   1 the customer's, in software   2 in hardware   3 imported   4 held by another entity   5 only the customer has it

Nobody can set a grade. Where evidence is missing the grade is undecided, and describe says what would decide it.

With --perimeter, documents of the perimeter about the key count: evidence with fact: operator (who has it; customer if you alone do) or
fact: place, about: the address. The key is then held against the limits of the data classes (KEY-002, KEY-003).

Exit codes: 0 described, and inside of the perimeter if one is named, 1 outside, 2 error, 3 with a perimeter: undecided.`,
		Example: `  bailiwick keys describe file:records.key
  bailiwick keys describe aws-kms:arn:aws:kms:eu-central-1:123456789012:key/1234abcd --perimeter perimeter.yaml --data patient-records
  bailiwick keys describe transit://bao.clinic.example/transit/records --format json`,
		Args: one("address of a key"),
		RunE: func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&d.format, "format", "text", "output format: text, json")
	f.StringVar(&d.perimeter, "perimeter", "", "perimeter file to hold the key against")
	f.StringSliceVar(&d.classes, "data", nil, "classes of the perimeter that lie under the key (default: all)")
	f.StringVar(&d.at, "at", "", "day whose law and documents count (default: today)")
	secretFlag(cmd, &d.secret)
	return cmd
}

// A described key is what describe writes.
type described struct {
	Address   string          `json:"address"`
	Statement keys.Statement  `json:"statement"`
	Custody   graph.Custody   `json:"custody"`
	Because   []string        `json:"because,omitempty"`
	Documents []keyDocument   `json:"documents,omitempty"`
	Place     *graph.Place    `json:"place,omitempty"`
	Classes   []keyClass      `json:"classes,omitempty"`
	Verdict   finding.Verdict `json:"verdict,omitempty"` // with a perimeter only
}

func (d *keysDescribe) run(ctx context.Context, address string) error {
	if err := textOrJSON(d.format); err != nil {
		return err
	}
	if d.perimeter == "" && (d.classes != nil || d.at != "") {
		return fmt.Errorf("--data and --at say how a perimeter is asked: name it with --perimeter")
	}
	a, err := parseKey(address)
	if err != nil {
		return err
	}
	j, err := d.judge()
	if err != nil {
		return err
	}
	k, err := d.openKey(ctx, address, d.secret)
	if err != nil {
		return err
	}
	defer k.Close()
	s, err := k.Describe(ctx)
	if err != nil {
		return err
	}
	out := described{Address: a.String(), Statement: s, Custody: keys.Ladder(s)}
	if j != nil {
		if err := j.hold(ctx, &out, keyNames(a, s)); err != nil {
			return err
		}
	}
	out.Because = out.Custody.Because
	if err := d.write(&out); err != nil {
		return err
	}
	if j != nil && out.Verdict != finding.VerdictPass {
		return exit(codeOf(out.Verdict))
	}
	return nil
}

// keyNames are the names by which a document may be about a key: its address,
// without how it is reached, and the name that the backend gives it, with and
// without its version.
func keyNames(a keys.Address, s keys.Statement) []string {
	names := []string{a.String(), s.Key}
	switch a.Scheme {
	case "file":
		id, _, _ := strings.Cut(s.Key, "#")
		names = append(names, id)
		if abs, err := filepath.Abs(a.Path); err == nil {
			names = append(names, "file:"+abs)
		}
	case "pkcs11":
		short, _, _ := strings.Cut(a.String(), "?")
		names = append(names, short)
	}
	return names
}

func (d *keysDescribe) write(out *described) error {
	if d.format == "json" {
		return d.json(out)
	}
	writeKey(d.out, out)
	return nil
}
