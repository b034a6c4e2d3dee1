package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func ledgerProveCommand(e *env) *cobra.Command {
	var shard, out string
	cmd := &cobra.Command{
		Use:   "prove DIR INDEX",
		Short: "Write the proof of an entry, for others to verify offline",
		Long: `prove writes a proof (c2sp.org/tlog-proof) that an entry is in the ledger, below the checkpoint that was published last, with the
cosignatures of witnesses. The entry stands in it. Whoever has the proof and a policy verifies it with bailiwick ledger verify, or with
other tools of C2SP, without the ledger.

Exit codes: 0 the proof is written, 2 there is no such entry, or it cannot be proven.`,
		Example: "  bailiwick ledger prove /var/lib/ledger 17 -o proof.txt\n  bailiwick ledger prove /var/lib/ledger 17 --shard 2026-11",
		Args:    folderAnd("the number of an entry"),
		RunE: func(_ *cobra.Command, args []string) error {
			proof, err := prove(args[0], shard, args[1])
			if err != nil {
				return err
			}
			return e.write(out, proof)
		},
	}
	cmd.Flags().StringVar(&shard, "shard", "", "shard in which the entry is, as in 2026-11 (default: the newest)")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file for the proof (default: stdout)")
	return cmd
}

func prove(dir, shard, number string) ([]byte, error) {
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil || index < 0 {
		return nil, fmt.Errorf("%q is no number of an entry: append prints it", number)
	}
	_, r, err := readShard(dir, shard)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	receipt, err := r.Prove(index)
	if err != nil {
		return nil, err
	}
	entry, err := r.Entry(index)
	if err != nil {
		return nil, err
	}
	return receipt.Text(entry), nil
}
