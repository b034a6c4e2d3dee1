package cli

import (
	"github.com/spf13/cobra"
)

func attestCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest",
		Short: "Verify what confidential machines say of themselves, and release keys to them",
		Long: `attest verifies evidence of AMD SEV-SNP, Intel TDX and SGX and NVIDIA GPUs, offline: the vendors' roots are pinned in this program, and
what else the vendors publish comes from a collateral bundle, a file.

  bailiwick attest verify evidence.bin --policy policy.yaml --collateral bundle.json
  bailiwick attest serve --policy release.yaml …    releases keys by the protocol of Confidential Containers, to machines that stand where they may
  bailiwick attest resource put …                   what serve releases`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(attestVerifyCommand(e), attestServeCommand(e), attestResourceCommand(e))
	return cmd
}
