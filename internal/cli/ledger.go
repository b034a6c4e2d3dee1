package cli

import (
	"github.com/spf13/cobra"
)

func ledgerCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Keep and verify the log that nobody can alter unseen",
		Long: `ledger keeps what Bailiwick and others did in an append-only log, whose head is signed and cosigned by witnesses, in the public
formats of C2SP: tools that know nothing of Bailiwick read and verify it. docs/guide/trust.md says what it defends against.

  bailiwick ledger verify proof.txt --policy trust.txt    needs nothing but these two files`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(
		ledgerIngestCommand(e), ledgerVerifyCommand(e), ledgerInitCommand(e), ledgerAppendCommand(e), ledgerProveCommand(e), ledgerFsckCommand(e), ledgerExportCommand(e),
		ledgerRecoverCommand(e), ledgerPolicyCommand(e), ledgerRecordCommand(e), ledgerEraseCommand(e), ledgerDiscloseCommand(e), ledgerRewrapCommand(e), ledgerDropCommand(e),
		ledgerServeCommand(e), ledgerFollowCommand(e), ledgerWitnessCommand(e), ledgerTimestampCommand(e),
	)
	return cmd
}
