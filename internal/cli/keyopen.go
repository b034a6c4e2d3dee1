package cli

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// openKey opens the key that an address names. secret says where its
// passphrase stands (see [keys.ReadSecret]); without one the passphrase of a
// file is asked for on the terminal.
func (e *env) openKey(ctx context.Context, address, secret string) (keys.Key, error) {
	a, err := keys.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	switch a.Scheme {
	case "file":
		pass, err := e.passphrase(a, secret)
		if err != nil {
			return nil, err
		}
		defer clear(pass)
		return local.Open(a.Path, local.Options{Secret: pass})
	case "pkcs11":
		return hsm.Open(ctx, a, hsm.Options{})
	}
	return nil, fmt.Errorf("keys at %s: cannot be opened by this program", a.Scheme)
}

func (e *env) passphrase(a keys.Address, secret string) ([]byte, error) {
	if secret != "" {
		return keys.ReadSecret(secret)
	}
	in, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return nil, fmt.Errorf("the passphrase of %s is needed: say where it stands with --secret file:PATH or --secret credential:NAME", a)
	}
	fmt.Fprintf(e.err, "Passphrase of %s: ", a)
	defer fmt.Fprintln(e.err)
	return term.ReadPassword(int(in.Fd()))
}
