package cli

import (
	"github.com/spf13/cobra"
)

func attestCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest",
		Short: "Verify what confidential machines say of themselves and where they stand, and release keys to them",
		Long: `attest verifies evidence of AMD SEV-SNP, Intel TDX and SGX and NVIDIA GPUs, offline: the vendors' roots are pinned in this program, and
what else the vendors publish comes from a collateral bundle, a file. docs/guide/attest.md goes from evidence to verdict.

  bailiwick attest collateral fetch evidence.bin -o bundle.json    on a machine with a network: gets what the evidence is held against
  bailiwick attest verify evidence.bin --policy policy.yaml --collateral bundle.json
  bailiwick attest place enroll evidence.bin --collateral bundle.json    prints the chip's line for a list of places
  bailiwick attest serve --policy release.yaml …    releases keys by the protocol of Confidential Containers, to machines that stand where they may
  bailiwick attest resource put …                   what serve releases`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(attestVerifyCommand(e), attestCollateralCommand(e), attestPlaceCommand(e), attestServeCommand(e), attestResourceCommand(e))
	return cmd
}
