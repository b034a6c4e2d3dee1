package cli

import "github.com/spf13/cobra"

func kbCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "kb", Short: "Look into the knowledge base", Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	cmd.AddCommand(kbStatusCommand(e), kbVerifyCommand(e), kbDriftCommand(e))
	return cmd
}
