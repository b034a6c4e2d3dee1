package local

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Version is what may be known of one.
type Version struct {
	Number  int               `json:"number"`
	Created time.Time         `json:"created"`
	Public  ed25519.PublicKey `json:"public"`
}

// Versions are those that there are, oldest first. The last one wraps and signs.
func (k *Key) Versions(ctx context.Context) (all []Version, err error) {
	err = k.use(ctx, func() error {
		all = k.versions()
		return nil
	})
	return all, err
}

func (k *Key) versions() []Version {
	var all []Version
	for _, v := range k.contents.Versions {
		all = append(all, Version{v.Number, v.Created, publicOf(k.open[v.Number].private)})
	}
	return all
}

// Rotate adds a version, which wraps and signs from now on. The ones before
// unwrap what they wrapped until they are destroyed. With it the public key
// changes: what others know the key by, a ledger's name above all, should not
// be rotated but replaced.
func (k *Key) Rotate(ctx context.Context) (Version, error) {
	err := k.change(ctx, func(c *contents) error {
		c.add(k.now())
		return nil
	})
	if err != nil {
		return Version{}, fmt.Errorf("rotate %s: %w", k.path, err)
	}
	all, err := k.Versions(ctx)
	if err != nil {
		return Version{}, err
	}
	return all[len(all)-1], nil
}

// change writes the file anew with what do makes of its contents, while no
// other process can. do may leave no version: then the file is removed.
func (k *Key) change(ctx context.Context, do func(*contents) error) error {
	path, err := filepath.EvalSymlinks(k.path) // a link stays one, and all who change the file lock one folder
	if err != nil {
		return err
	}
	unlock, err := lock(ctx, path)
	if err != nil {
		return err
	}
	defer unlock()
	if err := finish(path); err != nil {
		return err
	}
	return k.use(ctx, func() error {
		b, info, err := keys.ReadPrivate(path, 0o077, maxFile) // again: the lock was not held when use looked
		if err != nil {
			return err
		}
		f, err := parse(b)
		if err != nil {
			return err
		}
		c, err := f.open(k.seal)
		if err != nil {
			return err
		}
		defer c.clear()
		if !k.current(info) || f.aadString() != k.head.aadString() {
			return errors.New("it was changed meanwhile: try again")
		}
		if err := do(&c); err != nil {
			return err
		}
		if len(c.Versions) == 0 {
			return remove(path)
		}
		if b, err = marshal(k.head, k.seal, c); err != nil {
			return err
		}
		return replace(path, b)
	})
}

// Destroy destroys versions: overwritten, then removed. The newest can only be
// destroyed with all others, and the file with them. Of those that are gone
// already it gives the proof again. What was returned belongs into the ledger.
func (k *Key) Destroy(ctx context.Context, numbers ...int) ([]Destruction, error) {
	if len(numbers) == 0 {
		return nil, errors.New("no version is named that should be destroyed")
	}
	var proofs []Destruction
	var none bool // is left
	err := k.change(ctx, func(c *contents) error {
		if err := c.mayLose(numbers); err != nil {
			return err
		}
		k.lose(c, numbers)
		none = len(c.Versions) == 0
		for _, d := range c.Destroyed {
			if slices.Contains(numbers, d.Version) {
				proofs = append(proofs, d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("destroy versions of %s: %w", k.path, err)
	}
	// They are gone, whatever fails now: the proofs are not kept back. What is
	// open forgets them, too.
	if none {
		k.Close()
	} else {
		k.use(context.WithoutCancel(ctx), func() error { return nil })
	}
	return proofs, nil
}

// lose puts proofs in the place of versions. Nothing is shifted over: the bytes
// are cleared where they are.
func (k *Key) lose(c *contents, numbers []int) {
	var kept, gone []version
	left := []int{}
	for _, v := range c.Versions {
		if slices.Contains(numbers, v.Number) {
			gone = append(gone, v)
		} else {
			kept, left = append(kept, v), append(left, v.Number)
		}
	}
	for _, v := range gone {
		c.Destroyed = append(c.Destroyed, k.lastWords(v, left))
		clear(v.Seed)
		clear(v.Wrap)
	}
	slices.SortFunc(c.Destroyed, func(a, b Destruction) int { return a.Version - b.Version })
	c.Versions = kept
}

// Destroyed are the proofs of the versions that are gone, oldest version first.
func (k *Key) Destroyed(ctx context.Context) (all []Destruction, err error) {
	err = k.use(ctx, func() error {
		all = slices.Clone(k.contents.Destroyed)
		return nil
	})
	return all, err
}

// mayLose refuses to leave a file whose newest version is an old one.
func (c *contents) mayLose(numbers []int) error {
	for _, n := range numbers {
		_, there := c.find(n)
		if !there && !slices.ContainsFunc(c.Destroyed, func(d Destruction) bool { return d.Version == n }) {
			return fmt.Errorf("there is no version %d", n)
		}
	}
	newest := c.Versions[len(c.Versions)-1].Number
	all := !slices.ContainsFunc(c.Versions, func(v version) bool { return !slices.Contains(numbers, v.Number) })
	if slices.Contains(numbers, newest) && !all {
		return fmt.Errorf("version %d is the newest, which wraps and signs: rotate first, or destroy all", newest)
	}
	return nil
}

var _ keys.Key = (*Key)(nil)
