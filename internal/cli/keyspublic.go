package cli

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

func keysPublicCommand(e *env) *cobra.Command {
	var secret, as, name string
	cmd := &cobra.Command{
		Use:   "public ADDRESS",
		Short: "Print the public key, for others to verify by",
		Long: `public prints the public half of a key: with --name as a line of C2SP (signed-note), by which others verify what a log or a witness of
that name signed; without it in PEM, as other tools read it.

The name is part of the key: the same key under another name is another key.`,
		Example: `  bailiwick keys public file:ledger.key --name log.clinic.example/audit
  bailiwick keys public file:witness.key --as witness --name witness.clinic.example
  bailiwick keys public file:ledger.key | openssl pkey -pubin -text -noout`,
		Args: one("address of a key"),
		RunE: func(c *cobra.Command, args []string) error {
			if as != "log" && as != "witness" {
				return fmt.Errorf("--as %q: a key is one of a log or a witness", as)
			}
			if name == "" && c.Flags().Changed("as") {
				return fmt.Errorf("--as %s needs --name: the name is part of the key", as)
			}
			if name != "" {
				if err := checkName(name); err != nil {
					return err
				}
			}
			k, err := e.openKey(c.Context(), args[0], secret)
			if err != nil {
				return err
			}
			defer k.Close()
			public, err := k.Public(c.Context())
			if err != nil {
				return err
			}
			text, err := publicText(public, as, name)
			if err != nil {
				return err
			}
			fmt.Fprint(e.out, text)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&as, "as", "log", "what signs by the key: log, witness")
	f.StringVar(&name, "name", "", "name of the log (its origin) or of the witness")
	secretFlag(cmd, &secret)
	return cmd
}

// checkName refuses what c2sp.org/signed-note takes for no name, before a
// passphrase is asked for.
func checkName(name string) error {
	if _, err := c2sp.ParseKey(c2sp.LogKey(name, make(ed25519.PublicKey, ed25519.PublicKeySize)).String()); err != nil {
		return fmt.Errorf("--name %q is no name of a key: it has no blanks and no +, as in log.clinic.example/audit", name)
	}
	return nil
}

func publicText(public ed25519.PublicKey, as, name string) (string, error) {
	switch {
	case name == "":
		der, err := x509.MarshalPKIXPublicKey(public)
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), err
	case as == "witness":
		return c2sp.WitnessKey(name, public).String() + "\n", nil
	}
	return c2sp.LogKey(name, public).String() + "\n", nil
}
