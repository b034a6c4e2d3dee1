package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// secrets are where the passphrases of a ledger's keys stand.
type secrets struct{ signing, vault string }

func (s *secrets) flags(cmd *cobra.Command) {
	secretFlag(cmd, &s.signing)
	cmd.Flags().StringVar(&s.vault, "vault-secret", "", "the same for the key of ledger.yaml's vaultKey (default: that of --secret)")
}

// A recorder is a ledger that is open for writing, with its vault.
type recorder struct {
	*vault.Recorder
	config ledger.Config
	shards *ledger.Shards
	keys   []keys.Key
}

// openRecorder opens a ledger and its vault for writing. What an erasure that
// was cut off still owes the ledger is appended first.
func (e *env) openRecorder(ctx context.Context, dir string, s secrets) (*recorder, error) {
	return e.openVault(ctx, dir, s, false)
}

// openVault is openRecorder; begun says that the vault is there, for those who
// have nothing to do in a new one.
func (e *env) openVault(ctx context.Context, dir string, s secrets, begun bool) (*recorder, error) {
	r := &recorder{Recorder: &vault.Recorder{Now: e.now}}
	if err := e.fillRecorder(ctx, r, dir, s, begun); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (e *env) fillRecorder(ctx context.Context, r *recorder, dir string, s secrets, begun bool) error {
	var err error
	if r.config, err = ledger.LoadConfig(dir); err != nil {
		return err
	}
	signer, err := e.signingKey(ctx, r.config.Key, s.signing)
	if err != nil {
		return err
	}
	r.keys = append(r.keys, signer.key)
	o, err := e.shardOptions(r.config, signer)
	if err != nil {
		return err
	}
	if r.shards, err = ledger.OpenShards(r.config, o); err != nil {
		return err
	}
	r.Log = r.shards
	seal := signer.key
	if r.config.VaultKey != "" {
		if seal, err = e.openKey(ctx, r.config.VaultKey, cmp.Or(s.vault, s.signing)); err != nil {
			return err
		}
		r.keys = append(r.keys, seal)
	}
	if r.Vault, err = vault.Open(ctx, r.config.VaultDir(), vault.Options{Key: seal, Begun: begun, Warn: o.Warn}); err != nil {
		return err
	}
	_, err = r.Resume(ctx)
	return err
}

func (r *recorder) close() error {
	var errs []error
	if r.shards != nil {
		errs = append(errs, r.shards.Close())
	}
	if r.Vault != nil {
		errs = append(errs, r.Vault.Close())
	}
	for _, k := range r.keys {
		errs = append(errs, k.Close())
	}
	return errors.Join(errs...)
}

// disclose shows fields of an entry. It reads folders only: a process that
// writes them need not stop.
func (e *env) disclose(ctx context.Context, dir, shard, secret string, index int64, fields []string) (text []byte, err error) {
	c, log, err := readShard(dir, shard)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	key, err := e.openKey(ctx, cmp.Or(c.VaultKey, c.Key), secret)
	if err != nil {
		return nil, err
	}
	defer key.Close()
	v, err := vault.Open(ctx, c.VaultDir(), vault.Options{Key: key, ReadOnly: true, Warn: func(format string, args ...any) {
		fmt.Fprintf(e.err, "bailiwick: "+format+"\n", args...)
	}})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	document, err := vault.Disclose(ctx, v, log, index, fields...)
	if err != nil {
		return nil, err
	}
	return document.Marshal()
}
