// Package past reads from a ledger what was decided about crossings before, so that a
// record of them knows more than one run saw.
package past

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// deciders are those whose decisions are about what a system sends. The others decide about
// machines, images and keys.
var deciders = []string{"check", "exec", "gateway", "server"}

// Read adds up the decisions of a ledger, of all its shards. policy is what its operator
// proposes to verify a shard by: a checkpoint that its key did not sign is an error, and so
// is an entry that is named and cannot be proven.
func Read(dir string, policy func(shard string) ([]byte, error)) (*evidence.Past, error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	shards, err := c.Shards()
	if err != nil {
		return nil, err
	}
	r := &reading{past: &evidence.Past{Ledger: c.Origin}, found: map[flow]*evidence.PastCrossing{}}
	for _, s := range shards {
		switch {
		case s.Missing:
			return nil, fmt.Errorf("shard %s of the ledger is missing: restore it from a copy, and see `bailiwick ledger fsck`", s.Name)
		case s.Dropped:
			r.past.Dropped++
			continue
		}
		proposed, err := policy(s.Name)
		if err == nil {
			err = r.shard(&s, proposed)
		}
		if err != nil {
			return nil, fmt.Errorf("shard %s of the ledger: %w", s.Name, err)
		}
	}
	slices.SortFunc(r.past.Crossings, func(a, b *evidence.PastCrossing) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Operator, b.Operator))
	})
	return r.past, nil
}

// A flow is what decisions are added up by.
type flow struct {
	system   string
	operator graph.EntityID
}

type reading struct {
	past  *evidence.Past
	found map[flow]*evidence.PastCrossing
}

func (r *reading) shard(s *ledger.Shard, proposed []byte) error {
	from, err := ledger.OpenReader(s.Dir)
	if err != nil {
		return err
	}
	defer from.Close()
	head := from.Published()
	if err := head.SignedBy(proposed); err != nil {
		return err
	}
	index := int64(-1)
	named := map[*evidence.PastCrossing]*named{}
	err = from.Entries(0, func(text []byte) error {
		if index++; index >= head.Size || !bytes.Contains(text, []byte(`"operator":`)) {
			return nil // most are about something else, and are not parsed
		}
		e, err := entry.Parse(text)
		if err != nil {
			return nil // a link between shards, or of another program
		}
		if d, ok := e.Facts.(*entry.Decision); ok && crosses(d) {
			r.add(&e, d, evidence.Source{Kind: evidence.Ledger, At: fmt.Sprintf("%d of %s", index, s.Origin)}, index, named)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range named {
		for _, index := range []int64{n.first, n.last, n.passed} {
			if index < 0 {
				continue
			}
			if _, err := from.ProveBelow(head, index); err != nil {
				return err
			}
		}
	}
	return nil
}

// named are the entries of a shard that the document may name, for one crossing: the
// first, the last, and the first that did not block; -1 for none of the shard.
type named struct{ first, last, passed int64 }

func crosses(d *entry.Decision) bool {
	return d.System != "" && d.Operator != "" && d.Verdict != "pass" && slices.Contains(deciders, d.By)
}

// add counts a decision, which is the entry at an index of a shard.
func (r *reading) add(e *entry.Entry, d *entry.Decision, at evidence.Source, index int64, in map[*evidence.PastCrossing]*named) {
	of := flow{d.System, graph.EntityID(d.Operator)}
	x := r.found[of]
	if x == nil {
		x = &evidence.PastCrossing{System: of.system, Operator: of.operator}
		r.found[of] = x
		r.past.Crossings = append(r.past.Crossings, x)
	}
	n := in[x]
	if n == nil {
		n = &named{-1, -1, -1}
		in[x] = n
	}
	x.Count++
	if x.First.IsZero() || e.At.Before(x.First) {
		x.First, x.FirstAt, n.first = e.At, at, index
	}
	if !e.At.Before(x.Last) {
		x.Last, x.LastAt, n.last = e.At, at, index
	}
	switch {
	case d.Effect == "blocked":
		x.Blocked++
	case x.Passed.IsZero() || e.At.Before(x.Passed):
		x.Passed, x.PassedAt, n.passed = e.At, at, index
	}
}
