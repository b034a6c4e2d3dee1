package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// signWait is how long a signature is waited for.
const signWait = 30 * time.Second

// ledgerFlag adds --ledger.
func ledgerFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "ledger", ".", "folder of the ledger")
}

// An openLedger is a ledger that is open for writing, with its vault.
type openLedger struct {
	*vault.Recorder
	shards *ledger.Shards
	key    keys.Key // that signs
	seal   keys.Key // that wraps the keys of the vault
}

// openRecorder opens a ledger and its vault for writing. What an erasure that
// was cut off still owes the ledger is appended first.
func (e *env) openRecorder(ctx context.Context, dir string) (_ *openLedger, err error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	o := &openLedger{Recorder: &vault.Recorder{Now: e.now}}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if o.key, err = openKey(ctx, c.Key); err != nil {
		return nil, err
	}
	signer, err := keys.NewSigner(ctx, o.key, signWait)
	if err != nil {
		return nil, err
	}
	if o.shards, err = ledger.OpenShards(c, ledger.ShardOptions{Key: signer, Now: e.now, Warn: e.warn}); err != nil {
		return nil, err
	}
	o.Log = o.shards
	if o.seal, err = openKey(ctx, cmp.Or(c.VaultKey, c.Key)); err != nil {
		return nil, err
	}
	if o.Vault, err = vault.Open(ctx, c.VaultDir(), vault.Options{Key: o.seal, Warn: e.warn}); err != nil {
		return nil, err
	}
	_, err = o.Resume(ctx)
	return o, err
}

func (o *openLedger) close() error {
	var errs []error
	if o.shards != nil {
		errs = append(errs, o.shards.Close())
	}
	if o.Vault != nil {
		errs = append(errs, o.Vault.Close())
	}
	for _, k := range []keys.Key{o.seal, o.key} {
		if k != nil {
			errs = append(errs, k.Close())
		}
	}
	return errors.Join(errs...)
}

// A readLedger is one shard of a ledger and its vault, open for reading: a
// process that writes them need not stop.
type readLedger struct {
	*ledger.Reader
	vault *vault.Vault
	seal  keys.Key
}

// openDisclosing opens a shard, the newest when none is named, and the vault.
func (e *env) openDisclosing(ctx context.Context, dir, shard string) (_ *readLedger, err error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	at, err := shardDir(c, shard)
	if err != nil {
		return nil, err
	}
	r := &readLedger{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.Reader, err = ledger.OpenReader(at); err != nil {
		return nil, err
	}
	if r.seal, err = openKey(ctx, cmp.Or(c.VaultKey, c.Key)); err != nil {
		return nil, err
	}
	r.vault, err = vault.Open(ctx, c.VaultDir(), vault.Options{Key: r.seal, ReadOnly: true, Warn: e.warn})
	return r, err
}

// shardDir is the folder of a shard, of the newest when none is named.
func shardDir(c ledger.Config, name string) (string, error) {
	shards, err := c.Shards()
	if err != nil {
		return "", err
	}
	var known []string
	for i, s := range shards {
		if s.Name == name || name == "" && i == len(shards)-1 {
			return s.Dir, nil
		}
		known = append(known, s.Name)
	}
	return "", fmt.Errorf("%s has no shard %q; it has %q", filepath.ToSlash(c.Dir), name, known)
}

func (r *readLedger) close() error {
	var errs []error
	if r.Reader != nil {
		errs = append(errs, r.Reader.Close())
	}
	if r.vault != nil {
		errs = append(errs, r.vault.Close())
	}
	if r.seal != nil {
		errs = append(errs, r.seal.Close())
	}
	return errors.Join(errs...)
}

// warn says on standard error what does not stop a command.
func (e *env) warn(format string, args ...any) {
	fmt.Fprintf(e.err, "bailiwick: "+format+"\n", args...)
}
