package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

func keysCreateCommand(e *env) *cobra.Command {
	var secret string
	cmd := &cobra.Command{
		Use:   "create ADDRESS",
		Short: "Make a key in a file or in a hardware module",
		Long: `create makes a key that wraps and an Ed25519 key that signs, under one address: in a file that a passphrase locks, or in the token of
a hardware module, which they can never leave. A token without Ed25519 gets the first only. What is there already is never touched. Keys of
services are made by the services' own tools.

Whoever loses the file of a key, or its passphrase, loses all that it wrapped: keep a copy of both, apart from each other.

Exit codes: 0 made, 2 error. The message says so if anything was made.`,
		Example: `  bailiwick keys create file:records.key
  bailiwick keys create file:/etc/bailiwick/key --secret credential:key-passphrase
  bailiwick keys create 'pkcs11:token=clinic;object=records?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin'`,
		Args: one("address of a key"),
		RunE: func(c *cobra.Command, args []string) error {
			k, err := e.createKey(c.Context(), args[0], secret)
			if err != nil {
				return err
			}
			defer k.Close()
			fmt.Fprintf(e.out, "made    %s\n", finding.Tame(args[0]))
			switch public, err := k.Public(c.Context()); {
			case errors.Is(err, keys.ErrNoSigner):
				fmt.Fprintln(e.out, "public  none: the token has no Ed25519, so the key wraps and does not sign")
			case err != nil:
				return fmt.Errorf("the key was made, but its public half cannot be read: look with `bailiwick keys public`: %w", err)
			default:
				fmt.Fprintf(e.out, "public  %s\n", base64.StdEncoding.EncodeToString(public))
			}
			return nil
		},
	}
	secretFlag(cmd, &secret)
	return cmd
}

func (e *env) createKey(ctx context.Context, address, secret string) (keys.Key, error) {
	a, err := addressed(address, secret)
	if err != nil {
		return nil, err
	}
	switch a.Scheme {
	case "file":
		if err := local.Free(a.Path); err != nil {
			return nil, err
		}
		pass, err := e.newSecret(ctx, secret)
		if err != nil {
			return nil, err
		}
		defer clear(pass)
		return local.Create(a.Path, local.Options{Secret: pass})
	case "pkcs11":
		k, err := hsm.Open(ctx, a, hsm.Options{})
		if err != nil {
			return nil, err
		}
		if err := k.Generate(ctx); err != nil {
			k.Close()
			return nil, err
		}
		return k, nil
	}
	return nil, fmt.Errorf("keys at %s are made by the service's own tools, where you also say who may use them: make one there, and name it here by its address", a.Scheme)
}
