package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// openKey opens the key of an address. A key file's passphrase is read from
// where BAILIWICK_KEY_SECRET says, see [keys.ReadSecret].
func openKey(_ context.Context, address string) (keys.Key, error) {
	a, err := keys.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if a.Scheme != "file" {
		return nil, fmt.Errorf("keys of %s are not wired here", a.Scheme)
	}
	secret, err := keys.ReadSecret(cmp.Or(os.Getenv("BAILIWICK_KEY_SECRET"), "credential:bailiwick-key"))
	if err != nil {
		return nil, err
	}
	return local.Open(a.Path, local.Options{Secret: secret})
}
