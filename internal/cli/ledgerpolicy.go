package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

func ledgerPolicyCommand(e *env) *cobra.Command {
	var shard, out string
	cmd := &cobra.Command{
		Use:   "policy DIR",
		Short: "Print a trust policy to start from",
		Long: `policy prints a policy (c2sp.org/tlog-policy) for those who verify proofs of this ledger: its key, the witnesses that it asks, and how
many must have cosigned. Whoever verifies compares the keys with what he got by another way, and decides on the quorum himself.

Each shard is a log with a name of its own under the one key, and a policy of C2SP names a key once: so there is a policy for each, and
verify and witness take several. That of a month can be printed before the month begins, for witnesses to know it in time.

Exit codes: 0 it is printed, 2 it is not.`,
		Example: `  bailiwick ledger policy /var/lib/ledger -o trust.txt
  bailiwick ledger policy /var/lib/ledger --shard 2027-01 -o 2027-01.txt`,
		Args: one("folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := e.startingPolicy(args[0], shard)
			if err != nil {
				return err
			}
			return e.write(out, text)
		},
	}
	cmd.Flags().StringVar(&shard, "shard", "", "shard whose proofs are to be verified, as in 2026-11 (default: the newest)")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file for the policy (default: stdout)")
	return cmd
}

func (e *env) startingPolicy(dir, shard string) ([]byte, error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	public, err := c.Public()
	if err != nil {
		return nil, err
	}
	origin, err := originOf(c, shard, e.now().UTC().Format("2006-01"))
	if err != nil {
		return nil, err
	}
	_, witnesses, err := witnessPolicy(c)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Whom to trust for proofs of %s. Compare the keys with what you got by another way.\nlog %s\n", origin, c2sp.LogKey(origin, public))
	for line := range strings.Lines(string(witnesses)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "log" {
			b.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	if witnesses == nil {
		b.WriteString("# No witness cosigns: the operator of the ledger could show others another history.\nquorum none\n")
	}
	_, err = c2sp.ParsePolicy([]byte(b.String()))
	return []byte(b.String()), err
}

// originOf is the name under which a shard signs: one that is there, or one
// that may begin yet. The month is that of now.
func originOf(c ledger.Config, name, month string) (string, error) {
	shards, err := c.Shards()
	if err != nil {
		return "", err
	}
	if len(shards) == 0 && name == "" {
		if !c.Monthly {
			return c.Origin, nil
		}
		name = month
	}
	if _, form := time.Parse("2006-01", name); form == nil && c.Monthly && name >= month {
		return c.Origin + "/" + name, nil
	}
	s, err := shardNamed(c, name)
	return s.Origin, err
}
