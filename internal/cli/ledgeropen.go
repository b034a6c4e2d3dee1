package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/witness"
)

// keyWait is how long a signature may take, wherever the key is.
const keyWait = 30 * time.Second

// A signing is a key that signs for a ledger, as long as it is open.
type signing struct {
	*keys.Signer
	key keys.Key
}

// signingKey opens a key for signatures.
func (e *env) signingKey(ctx context.Context, address, secret string) (signing, error) {
	key, err := e.openKey(ctx, address, secret)
	if err != nil {
		return signing{}, err
	}
	signer, err := keys.NewSigner(ctx, key, keyWait)
	if err != nil {
		return signing{}, errors.Join(err, key.Close())
	}
	return signing{signer, key}, nil
}

// shardOptions are those of a ledger that a command writes.
func (e *env) shardOptions(c ledger.Config, key c2sp.Signer) (ledger.ShardOptions, error) {
	cosign, err := cosigners(c)
	return ledger.ShardOptions{
		Key: key, Now: e.now, Cosign: cosign,
		Warn: func(format string, args ...any) {
			fmt.Fprintf(e.err, "bailiwick: %s\n", finding.Tame(fmt.Sprintf(format, args...))) // it repeats what witnesses answer
		},
	}, err
}

// writeLedger opens a ledger for writing; done closes it and its key.
func (e *env) writeLedger(ctx context.Context, dir, secret string) (_ *ledger.Shards, done func() error, err error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return nil, nil, err
	}
	key, err := e.signingKey(ctx, c.Key, secret)
	if err != nil {
		return nil, nil, err
	}
	o, err := e.shardOptions(c, key)
	if err != nil {
		return nil, nil, errors.Join(err, key.key.Close())
	}
	s, err := ledger.OpenShards(c, o)
	if err != nil {
		return nil, nil, errors.Join(err, key.key.Close())
	}
	return s, func() error { return errors.Join(s.Close(), key.key.Close()) }, nil
}

// secretFlag is the flag of commands that sign.
func secretFlag(cmd *cobra.Command, secret *string) {
	cmd.Flags().StringVar(secret, "secret", "", "where the key's passphrase stands: file:PATH or credential:NAME (default: it is asked for)")
}

// witnessPolicy reads the policy that names a ledger's witnesses; nil when it
// has none.
func witnessPolicy(c ledger.Config) (*c2sp.Policy, []byte, error) {
	if c.Witnesses == "" {
		return nil, nil, nil
	}
	path := c.Witnesses
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.Dir, path)
	}
	text, err := smallFile(path, maxProof)
	if err != nil {
		return nil, nil, err
	}
	p, err := c2sp.ParsePolicy(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, text, nil
}

// cosigners ask all witnesses of a ledger at once. Each shard is a log of its
// own to them.
func cosigners(c ledger.Config) (func(context.Context, *ledger.Reader, ledger.Head) ([]byte, error), error) {
	policy, _, err := witnessPolicy(c)
	if err != nil || policy == nil {
		return nil, err
	}
	asked := maps.Clone(policy.Witnesses())
	maps.DeleteFunc(asked, func(_ string, w c2sp.Endpoint) bool { return w.URL == "" })
	if len(asked) == 0 {
		return nil, fmt.Errorf("%s names no witness with a URL: write it behind the witness's key, or take witnesses: out of %s", c.Witnesses, filepath.Join(c.Dir, ledger.ConfigName))
	}
	var mu sync.Mutex
	clients := map[string]*witness.Client{}
	client := func(origin, name string, at c2sp.Endpoint) *witness.Client {
		mu.Lock()
		defer mu.Unlock()
		k := origin + " " + name
		if clients[k] == nil {
			clients[k] = &witness.Client{Endpoint: at, HTTP: http.DefaultClient}
		}
		return clients[k]
	}
	return func(ctx context.Context, log *ledger.Reader, head ledger.Head) ([]byte, error) {
		var lines bytes.Buffer
		var errs []error
		var done sync.WaitGroup
		var answers sync.Mutex
		for name, at := range asked {
			done.Go(func() {
				l, err := client(head.Origin, name, at).Cosign(ctx, log, head)
				answers.Lock()
				defer answers.Unlock()
				lines.Write(l)
				errs = append(errs, err)
			})
		}
		done.Wait()
		return lines.Bytes(), errors.Join(errs...)
	}, nil
}

// shardNamed is the shard of that name; the newest one without. That is never
// an older one because the newest is missing: entry 17 would be another's.
func shardNamed(c ledger.Config, name string) (ledger.Shard, error) {
	shards, err := c.Shards()
	if err != nil {
		return ledger.Shard{}, err
	}
	var known []string
	for i := len(shards) - 1; i >= 0; i-- {
		s := shards[i]
		switch {
		case s.Name != name && name != "":
			known = append(known, s.Name)
		case s.Missing:
			return s, fmt.Errorf("shard %s is missing, and its guard is there: restore it from a copy, or name another by --shard", s.Name)
		default:
			return s, nil
		}
	}
	if len(shards) == 0 {
		return ledger.Shard{}, fmt.Errorf("%s has no entries yet", c.Dir)
	}
	return ledger.Shard{}, fmt.Errorf("there is no shard %q%s; there are: %q", name, suggest(name, known), known)
}

// published is a shard that is read. Its entries are proven below the
// checkpoint that was published last, with the cosignatures of witnesses.
type published struct{ *ledger.Reader }

// readShard opens a shard for reading, the newest one without a name.
func readShard(dir, name string) (c ledger.Config, p published, err error) {
	if c, err = ledger.LoadConfig(dir); err != nil {
		return c, p, err
	}
	s, err := shardNamed(c, name)
	if err != nil {
		return c, p, err
	}
	if s.Dropped {
		return c, p, fmt.Errorf("shard %s was dropped by the declared retention: its entries are no more", s.Name)
	}
	p.Reader, err = c.OpenReader(s.Name)
	return c, p, err
}

// Prove proves an entry that was published.
func (p published) Prove(index int64) (ledger.Receipt, error) {
	head := p.Published()
	if index >= head.Size {
		return ledger.Receipt{}, fmt.Errorf("%s has published %d entries: there is no entry %d yet", head.Origin, head.Size, index)
	}
	return p.ProveBelow(head, index)
}
