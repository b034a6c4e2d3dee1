package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
)

func attestResourceCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "resource",
		Short: "Keep what serve releases, sealed",
		Long: `resource keeps keys and other secrets that serve releases, in a folder, each sealed under a key that does not leave where it is kept.
Nothing of it can be asked for by a network but by serve, and only by machines that attest.`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(resourcePutCommand(e), resourceListCommand(e), resourceRemoveCommand(e))
	return cmd
}

func resourcePutCommand(e *env) *cobra.Command {
	var dir, key, secret string
	cmd := &cobra.Command{
		Use:     "put REPOSITORY/TYPE/TAG [FILE]",
		Short:   "Seal a resource, in the place of one that is there",
		Long:    "put seals a file, or its input without one, and keeps it under an id. A server that runs releases it from then on.",
		Example: "  bailiwick attest resource put clinic/model/key model.key --resources /var/lib/kbs --key file:/etc/kbs/key\n  openssl rand 32 | bailiwick attest resource put clinic/disk/key --resources /var/lib/kbs --key file:/etc/kbs/key",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return fmt.Errorf("%s takes an id and a file; as in: %s", c.CommandPath(), firstExample(c))
		},
		RunE: func(c *cobra.Command, args []string) error {
			return resourcePut(c.Context(), e, dir, key, secret, args)
		},
	}
	resourceFlags(cmd, &dir)
	cmd.Flags().StringVar(&key, "key", "", "address of the key that seals (required)")
	secretFlag(cmd, &secret)
	return cmd
}

func resourceFlags(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "resources", "", "folder of the sealed resources (required)")
}

func resourcePut(ctx context.Context, e *env, dir, address, secret string, args []string) (err error) {
	if dir == "" || address == "" {
		return errors.New("say where resources are kept, and under which key: --resources DIR --key ADDRESS")
	}
	id, err := kbs.ParseID(args[0])
	if err != nil {
		return err
	}
	var content []byte
	if len(args) == 2 {
		content, err = smallFile(args[1], kbs.MaxResource)
	} else {
		content, err = io.ReadAll(io.LimitReader(e.in, kbs.MaxResource+1))
	}
	if err != nil {
		return err
	}
	defer clear(content)
	key, err := e.openKey(ctx, address, secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, key.Close()) }()
	return kbs.NewStore(dir, key).Put(ctx, id, content)
}

func resourceListCommand(e *env) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the ids of what is kept",
		Example: "  bailiwick attest resource list --resources /var/lib/kbs",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return errors.New("say where resources are kept: --resources DIR")
			}
			ids, err := kbs.NewStore(dir, nil).List()
			for _, id := range ids {
				fmt.Fprintln(e.out, id)
			}
			return err
		},
	}
	resourceFlags(cmd, &dir)
	return cmd
}

func resourceRemoveCommand(_ *env) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "remove REPOSITORY/TYPE/TAG",
		Short:   "Delete a resource",
		Example: "  bailiwick attest resource remove clinic/model/key --resources /var/lib/kbs",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if dir == "" {
				return errors.New("say where resources are kept: --resources DIR")
			}
			id, err := kbs.ParseID(args[0])
			if err == nil {
				err = kbs.NewStore(dir, nil).Remove(id)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return nil
		},
	}
	resourceFlags(cmd, &dir)
	return cmd
}
