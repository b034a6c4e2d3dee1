package cli

import (
	"context"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/aws"
	"github.com/bailiwick-dev/bailiwick/internal/keys/azure"
	"github.com/bailiwick-dev/bailiwick/internal/keys/google"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/keys/ovh"
	"github.com/bailiwick-dev/bailiwick/internal/keys/scaleway"
	"github.com/bailiwick-dev/bailiwick/internal/keys/transit"
)

// openKey opens the key that an address names. secret says where its
// passphrase or token stands (see [keys.ReadSecret]); without one the
// passphrase of a file is asked for on the terminal.
func (e *env) openKey(ctx context.Context, address, secret string) (keys.Key, error) {
	a, err := addressed(address, secret)
	if err != nil {
		return nil, err
	}
	switch a.Scheme {
	case "file":
		return e.openFile(ctx, a, secret)
	case "pkcs11":
		return hsm.Open(ctx, a, hsm.Options{})
	case "transit":
		return transit.Open(ctx, a, transit.Options{Token: secret})
	case "aws-kms":
		return aws.Open(ctx, a, aws.Options{})
	case "gcp-kms":
		return google.Open(ctx, a, google.Options{})
	case "azure-kv":
		return azure.Open(ctx, a, azure.Options{})
	case "scaleway":
		return scaleway.Open(ctx, a, scaleway.Options{Secret: secret})
	case "ovh":
		return ovh.Open(ctx, a, ovh.Options{})
	}
	return nil, fmt.Errorf("keys at %s: cannot be opened by this program", a.Scheme)
}

// parseKey reads an address. Who names a key file by its path alone is told
// how it is written.
func parseKey(address string) (keys.Address, error) {
	a, err := keys.ParseAddress(address)
	if err != nil && isFile(address) {
		return a, fmt.Errorf("%s is the path of a file, not the address of a key: did you mean file:%s?", address, address)
	}
	return a, err
}

// addressed reads an address with a secret beside it.
func addressed(address, secret string) (keys.Address, error) {
	a, err := parseKey(address)
	if err != nil {
		return a, err
	}
	return a, takesSecret(a, secret)
}

// takesSecret refuses a secret where the address or the environment says who
// we are: it would be read by nobody.
func takesSecret(a keys.Address, secret string) error {
	switch {
	case secret == "" || a.Scheme == "file" || a.Scheme == "transit" || a.Scheme == "scaleway":
		return nil
	case a.Scheme == "pkcs11":
		return fmt.Errorf("--secret is not for pkcs11: the address says where its PIN stands: pin-source=%s", secret)
	}
	return fmt.Errorf("--secret is not for %s: its credentials stand where the provider's own tools look for them (docs/guide/trust.md)", a.Scheme)
}

// openFile opens a key file. That it can be opened at all is found out before
// a passphrase is asked for.
func (e *env) openFile(ctx context.Context, a keys.Address, secret string) (*local.Key, error) {
	if err := local.Check(a.Path); err != nil {
		return nil, err
	}
	pass, err := e.readSecret(ctx, secret, "Passphrase of "+a.String()+": ")
	if err != nil {
		return nil, err
	}
	defer clear(pass)
	return local.Open(a.Path, local.Options{Secret: pass})
}
