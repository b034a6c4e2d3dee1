package cli

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

func keysRotateCommand(e *env) *cobra.Command {
	var secret string
	cmd := &cobra.Command{
		Use:   "rotate ADDRESS",
		Short: "Add a version to a key file: it wraps and signs from now on",
		Long: `rotate adds a version to a key file. It wraps and signs from now on; the versions before still unwrap what they wrapped, until they are
destroyed. What was sealed before is wrapped anew by keys rewrap.

Do not rotate the key of a ledger or a witness: others know it by its public half, which a rotation changes.

Exit codes: 0 rotated, 2 error, and nothing was changed.`,
		Example: "  bailiwick keys rotate file:records.key",
		Args:    one("address of a key"),
		RunE: func(c *cobra.Command, args []string) error {
			k, err := e.versioned(c.Context(), args[0], secret)
			if err != nil {
				return err
			}
			defer k.Close()
			v, err := k.Rotate(c.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(e.out, "rotated  %s\nversion  %d\npublic   %s\n", finding.Tame(args[0]), v.Number, base64.StdEncoding.EncodeToString(v.Public))
			return nil
		},
	}
	secretFlag(cmd, &secret)
	return cmd
}

// elsewhere says how keys that are not files get versions and lose them.
var elsewhere = map[string]string{
	"pkcs11":   "a key in a token has no versions: make one under another name by keys create, wrap anew by keys rewrap --to, and destroy the old one by the vendor's tool",
	"transit":  "use `bao write -f MOUNT/keys/NAME/rotate`, and min_decryption_version to end old versions",
	"aws-kms":  "use `aws kms rotate-key-on-demand`, and `aws kms schedule-key-deletion` to end it",
	"gcp-kms":  "use `gcloud kms keys versions create`, and `gcloud kms keys versions destroy` to end one",
	"azure-kv": "use `az keyvault key rotate`, and `az keyvault key delete` and `purge` to end it",
	"scaleway": "use `scw keymanager key rotate`, and `scw keymanager key delete` to end it",
	"ovh":      "use the provider's console or its API to end it, and keys rewrap --to to change to another",
}

// versioned opens a key whose versions we look after: one in a file.
func (e *env) versioned(ctx context.Context, address, secret string) (*local.Key, error) {
	a, err := parseKey(address)
	if err != nil {
		return nil, err
	}
	if a.Scheme != "file" {
		return nil, unversioned(a)
	}
	return e.openFile(ctx, a, secret)
}

func unversioned(a keys.Address) error {
	return fmt.Errorf("versions of keys at %s are not this program's: %s", a.Scheme, elsewhere[a.Scheme])
}
