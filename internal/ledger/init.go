package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Text is the configuration as a file with comments, for those who begin.
func (c Config) Text() []byte {
	var b bytes.Buffer
	shards := "none"
	if c.Monthly {
		shards = "monthly"
	}
	fmt.Fprintf(&b, `apiVersion: bailiwick/v1
kind: Ledger
origin: %s # the name under which the ledger signs; it cannot be changed later
key: %s # address of the key that signs; bailiwick keys makes one
guard: %s # folder that remembers what was signed; best on another disk, never in a backup of the ledger
shards: %s # monthly: a folder each month, chained; none: one for ever
`, strconv.Quote(c.Origin), strconv.Quote(c.Key), strconv.Quote(c.Guard), shards)
	option(&b, "vault", c.Vault, "vault # folder of the values that entries only commit to; never where the ledger is served from")
	option(&b, "vaultKey", c.VaultKey, "file:/etc/bailiwick/vault.key # wraps the keys of the vault; without it, the key that signs")
	option(&b, "witnesses", c.Witnesses, "witnesses.txt # a policy (c2sp.org/tlog-policy) with the URLs of those who cosign")
	if len(c.Timestamps) > 0 {
		b.WriteString("timestamps:\n")
		for _, u := range c.Timestamps {
			fmt.Fprintf(&b, "  - %s\n", strconv.Quote(u))
		}
	}
	if c.Retention.Count > 0 {
		fmt.Fprintf(&b, "retention: %s\n", c.Retention)
	} else {
		b.WriteString("# retention: 10y # without it nothing is ever dropped\n")
	}
	return b.Bytes()
}

// option writes a key, or as a comment what it may be.
func option(b *bytes.Buffer, key, value, example string) {
	if value == "" {
		fmt.Fprintf(b, "# %s: %s\n", key, example)
		return
	}
	fmt.Fprintf(b, "%s: %s\n", key, strconv.Quote(value))
}

// publicName is the file in which the public key of a ledger stands, for its
// own tools: whoever trusts nobody takes the key from elsewhere.
const publicName = "public"

// Init begins a ledger: its folder, ledger.yaml, and the folder of the guards.
func Init(c Config, public ed25519.PublicKey) error {
	parsed, err := ParseConfig(ConfigName, c.Text())
	if err != nil {
		return err
	}
	parsed.Dir = c.Dir
	if err := apart(c.Dir, parsed.GuardFile("")); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Dir, ConfigName)); err == nil {
		return fmt.Errorf("%s is a ledger already", c.Dir)
	}
	if shards, err := parsed.Shards(); err != nil || len(shards) > 0 {
		return errors.Join(err, fmt.Errorf("the guard %s has seen a ledger: name a folder of its own for each", filepath.Dir(parsed.GuardFile(""))))
	}
	if err := errors.Join(c.keepPublic(public), durable.Dir(filepath.Dir(parsed.GuardFile("")))); err != nil {
		return err
	}
	err = durable.Create(filepath.Join(c.Dir, ConfigName), c.Text())
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is a ledger already", c.Dir)
	}
	return err
}

// confirmKey refuses a key that is not the one of the ledger: everybody knows
// the ledger by it.
func (c Config) confirmKey(key c2sp.Signer) error {
	public, err := c.Public()
	if errors.Is(err, os.ErrNotExist) {
		return c.keepPublic(key.Public())
	}
	if err != nil {
		return err
	}
	if !public.Equal(key.Public()) {
		return fmt.Errorf("the key %s is not the one by which %s signed so far: was it rotated or replaced? A ledger with another key is another ledger", c.Key, c.Origin)
	}
	return nil
}

func (c Config) keepPublic(public ed25519.PublicKey) error {
	if err := durable.Dir(c.Dir); err != nil {
		return err
	}
	return durable.Replace(filepath.Join(c.Dir, publicName), []byte(base64.StdEncoding.EncodeToString(public)+"\n"))
}

// Public is the public key that the ledger's folder names.
func (c Config) Public() (ed25519.PublicKey, error) {
	path := filepath.Join(c.Dir, publicName)
	text, err := small(path)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSuffix(string(text), "\n"))
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%s holds no Ed25519 key in base64", path)
	}
	return b, nil
}
