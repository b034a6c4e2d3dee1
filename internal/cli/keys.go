package cli

import (
	"github.com/spf13/cobra"
)

func keysCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make, describe, rotate and destroy keys, and seal files under them",
		Long: `keys works with a key where it is. It never takes one out: it asks the key to wrap, to unwrap and to sign.

A key is named by its address:
  file:/etc/bailiwick/key                                        a file, locked by a passphrase
  pkcs11:token=T;object=K?module-path=/…/m.so&pin-source=file:…  a hardware module
  transit://HOST/MOUNT/NAME, aws-kms:ARN, gcp-kms:projects/…, azure-kv:https://…, scaleway:REGION/ID, ovh:REGION/ID

Secrets are asked for on the terminal, or read from where --secret or the address says. None stands on a command line.
docs/guide/keys.md is a walk of ten minutes; docs/guide/trust.md says what a key proves and what it defends against.`,
		Example: `  bailiwick keys create file:records.key
  bailiwick keys seal scan.dcm -o scan.sealed --key file:records.key --tenant clinic --purpose care --jurisdiction DE
  bailiwick keys describe file:records.key`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(keysCreateCommand(e), keysPublicCommand(e), keysDescribeCommand(e), keysRotateCommand(e),
		keysDestroyCommand(e), keysVerifyCommand(e), keysSealCommand(e), keysOpenCommand(e), keysRewrapCommand(e))
	return cmd
}
