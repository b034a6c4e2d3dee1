package contents

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// A Ledger is one whose entries about this perimeter are proven in the pack.
type Ledger struct {
	Dir string
	// Policy is the policy that the operator of the ledger proposes for a shard.
	Policy func(shard string) ([]byte, error)
}

// ledgerFolder holds a folder for each shard.
const ledgerFolder = "ledger"

// mostReleases is how many releases of keys are proven: the newest.
const mostReleases = 32

// What is proven of a ledger, besides the proofs.
type proven struct {
	origin string           // of the ledger
	left   map[string]int64 // entries that were read and are not in the pack, by the log
	unread int              // shards that were not looked at
}

// ledger looks for the newest decision by this perimeter and knowledge, and for the releases
// of keys by it in the shards that are read until one is found.
func (b *bundle) ledger() error {
	if b.Ledger == nil {
		return nil
	}
	c, err := ledger.LoadConfig(b.Ledger.Dir)
	if err != nil {
		return err
	}
	shards, err := c.Shards()
	if err != nil {
		return err
	}
	releases, found := 0, false
	b.proven = proven{c.Origin, map[string]int64{}, 0}
	for _, s := range slices.Backward(shards) {
		if found || s.Dropped {
			b.proven.unread++
			continue
		}
		if s.Missing {
			return fmt.Errorf("shard %s of the ledger is missing: restore it from a copy, and see `bailiwick ledger fsck`", s.Name)
		}
		if found, err = b.shard(s, &releases); err != nil {
			return fmt.Errorf("shard %s of the ledger: %w", s.Name, err)
		}
	}
	if n := b.proven.unread; n > 0 {
		b.notes = append(b.notes, fmt.Sprintf("shards of the ledger that were not looked at, as they are older than the newest decision or were dropped: %d", n))
	}
	if !found {
		b.notes = append(b.notes, "the ledger has no decision by this perimeter and this knowledge: the pack proves none")
	}
	return nil
}

// shard adds what a shard has to say, and reports whether a decision is among it.
func (b *bundle) shard(s ledger.Shard, releases *int) (decided bool, err error) {
	r, err := ledger.OpenReader(s.Dir)
	if err != nil {
		return false, err
	}
	defer r.Close()
	head := r.Published()
	proposed, err := b.Ledger.Policy(s.Name)
	if err != nil {
		return false, err
	}
	if err := head.SignedBy(proposed); err != nil {
		return false, err
	}
	about, err := b.about(r, head.Size)
	if err != nil {
		return false, err
	}
	if about.count == 0 {
		return false, nil
	}
	to := path.Join(ledgerFolder, slugOr(s.Name, "log"))
	proofs := 0
	prove := func(index int64, kind entry.Kind) error {
		text, err := r.Entry(index)
		if err != nil {
			return err
		}
		got, err := r.ProveBelow(head, index)
		if err != nil {
			return err
		}
		proofs++
		return b.bytes(fmt.Sprintf("%s/%012d-%s%s", to, index, kind, pack.ProofSuffix), got.Text(text))
	}
	if about.decision >= 0 {
		decided = true
		if err := prove(about.decision, "decision"); err != nil {
			return false, err
		}
	}
	for _, index := range about.releases {
		if *releases++; *releases > mostReleases {
			break
		}
		if err := prove(index, "key-release"); err != nil {
			return false, err
		}
	}
	if left := about.count - int64(proofs); left > 0 {
		b.proven.left[head.Origin] = left
		b.notes = append(b.notes, fmt.Sprintf("older entries of %s about this perimeter that are not in the pack: %d", s.Origin, left))
	}
	b.evidence.Ledger = append(b.evidence.Ledger, pack.Shard{
		Origin: head.Origin, Size: head.Size, Root: base64.StdEncoding.EncodeToString(head.Root[:]), Folder: to, Proofs: proofs,
	})
	return decided, b.beside(s, to, head, proposed)
}

// beside adds what a proof is verified by: the checkpoint, the policy that is
// proposed, and what authorities said about the time.
func (b *bundle) beside(s ledger.Shard, to string, head ledger.Head, proposed []byte) error {
	if err := b.bytes(to+"/"+pack.CheckpointFile, head.Signed); err != nil {
		return err
	}
	if err := b.bytes(to+"/"+pack.PolicyFile, proposed); err != nil {
		return err
	}
	kept, err := timestamp.List(s.Dir)
	if err != nil {
		return err
	}
	if len(kept) > 1 {
		kept = kept[len(kept)-1:] // the newest covers what the older ones do
	}
	for _, k := range kept {
		name := to + "/" + strings.TrimSuffix(filepath.Base(k.Path), pack.TokenSuffix)
		if err := b.bytes(name+pack.TokenSuffix, k.DER); err != nil {
			return err
		}
		if err := b.bytes(name+pack.NoteSuffix, k.Note); err != nil {
			return err
		}
	}
	return nil
}

// An about is what entries of a shard say about this perimeter.
type about struct {
	decision int64   // the newest, or -1
	releases []int64 // newest first
	count    int64   // of all such entries
}

func (b *bundle) about(r *ledger.Reader, size int64) (about, error) {
	a := about{decision: -1}
	policy, knowledge := b.Case.Result.Perimeter.Digest, b.Case.Result.KB.Digest
	index := int64(-1)
	err := r.Entries(0, func(text []byte) error {
		if index++; index >= size || !bytes.Contains(text, []byte(policy)) {
			return nil // most are about something else, and are not parsed
		}
		e, err := entry.Parse(text)
		if err != nil {
			return nil // a link between shards, or of another program
		}
		switch f := e.Facts.(type) {
		case *entry.Decision:
			if f.Policy == policy && (f.Knowledge == knowledge || f.Knowledge == "") {
				a.decision, a.count = index, a.count+1
			}
		case *entry.KeyRelease:
			if f.Perimeter == policy {
				a.releases, a.count = append(a.releases, index), a.count+1
			}
		}
		return nil
	})
	slices.Reverse(a.releases)
	return a, err
}

func slugOr(s, other string) string {
	if s == "" {
		return other
	}
	return slug(s)
}
