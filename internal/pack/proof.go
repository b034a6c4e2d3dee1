package pack

import (
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
)

// What stands in the folder of a shard: its checkpoint, proofs, timestamps with
// their notes, and the policy that its operator proposes. The last is nobody's trust.
const (
	ledgerFolder   = "ledger" // of these folders
	CheckpointFile = "checkpoint"
	PolicyFile     = "policy.txt"
	ProofSuffix    = ".tlog-proof"
	TokenSuffix    = ".tst"
	NoteSuffix     = ".note"
)

// clocks is how far those of a ledger and of a verifier may differ.
const clocks = 5 * time.Minute

// ledgers verifies what the pack brings of ledgers.
func (v *verification) ledgers(e *Evidence) {
	folders := map[string]bool{}
	for i := range e.Ledger {
		s := &e.Ledger[i]
		if folders[s.Folder] || path.Dir(s.Folder) != ledgerFolder {
			v.wrong(s.Folder, "it is no folder of a ledger, or of two")
		}
		folders[s.Folder] = true
		v.shard(e, s)
	}
	for _, name := range v.order {
		if strings.HasPrefix(name, ledgerFolder+"/") && !folders[path.Dir(name)] {
			v.wrong(name, "it belongs to no ledger that the statement names: nothing verifies it")
		}
	}
}

func (v *verification) shard(e *Evidence, s *Shard) {
	at := path.Join(s.Folder, CheckpointFile)
	signed, ok := v.read(at, maxSmall)
	if !ok {
		return
	}
	claimed, err := c2sp.Unverified(signed)
	if err != nil {
		v.wrong(at, "%v", err)
		return
	}
	if !s.is(claimed) {
		v.wrong(at, "it is not the checkpoint that the statement names")
	}
	policy, err := v.policyOf(signed, s.Origin)
	switch {
	case errors.Is(err, c2sp.ErrQuorum):
		v.open(at, "%v: whether its %d proofs hold is not established", err, s.Proofs)
	case err != nil:
		v.wrong(at, "%v", err)
	case policy == nil:
		v.open(at, "no policy that was given (--policy) names the log %s: whether its %d proofs hold is not established", s.Origin, s.Proofs)
	}
	proofs := 0
	for _, name := range v.order {
		dir, file := path.Split(name)
		switch {
		case strings.TrimSuffix(dir, "/") != s.Folder:
		case strings.HasSuffix(file, ProofSuffix):
			proofs++
			v.proof(e, s, name, policy)
		case strings.HasSuffix(file, TokenSuffix):
			v.token(s, name, policy)
		}
	}
	if proofs != s.Proofs {
		v.wrong(at, "the folder has %d proofs, the statement says %d", proofs, s.Proofs)
	}
}

// is reports whether the checkpoint is that of the shard.
func (s *Shard) is(c c2sp.Checkpoint) bool {
	return c.Origin == s.Origin && c.Size == s.Size && base64.StdEncoding.EncodeToString(c.Root[:]) == s.Root
}

// policyOf is the policy under which the checkpoint holds. It is nil where none names the
// log, and where it does not hold, which is the error.
func (v *verification) policyOf(signed []byte, origin string) (*c2sp.Policy, error) {
	for _, p := range v.Policies {
		if slices.ContainsFunc(p.Logs(), func(l c2sp.Endpoint) bool { return l.Key.Name() == origin }) {
			if _, err := p.Open(signed); err != nil {
				return nil, err
			}
			return p, nil
		}
	}
	return nil, nil
}

// proof verifies one proof, and that its entry is about this perimeter.
func (v *verification) proof(e *Evidence, s *Shard, name string, policy *c2sp.Policy) {
	text, ok := v.read(name, maxSmall)
	if !ok {
		return
	}
	p, err := c2sp.ParseProof(text)
	if err == nil && p.Extra == nil {
		err = errors.New("the entry does not stand in it")
	}
	if err != nil {
		v.wrong(name, "%v", err)
		return
	}
	got, err := entry.Parse(p.Extra)
	if err != nil {
		v.wrong(name, "%v", err)
		return
	}
	if got.At.After(v.Now.Add(clocks)) {
		v.wrong(name, "its entry says that it was made at %s, which has not come", got.At.Format(time.RFC3339))
	}
	digest := "sha256:" + e.Perimeter.Digest.SHA256
	says := ""
	switch f := got.Facts.(type) {
	case *entry.Decision:
		says = fmt.Sprintf("decision of %s: %s, %s", f.By, f.Verdict, f.Effect)
		if f.Policy != digest {
			v.wrong(name, "its decision is by another perimeter")
		}
		if f.Knowledge != "" && f.Knowledge != "sha256:"+e.KB.SHA256 {
			v.wrong(name, "its decision is by another knowledge base")
		}
	case *entry.KeyRelease:
		says = fmt.Sprintf("release of a key: %s", f.Result)
		if f.Perimeter != digest {
			v.wrong(name, "its release of a key is by another perimeter")
		}
	default:
		v.wrong(name, "an entry of the kind %s has nothing to do in a pack", got.Kind())
	}
	if below, err := c2sp.Unverified(p.Checkpoint); err != nil || !s.is(below) {
		v.wrong(name, "it is below another checkpoint than the one that the statement names")
		return
	}
	if policy == nil {
		return // said of the checkpoint already
	}
	if _, err := p.Verify(p.Extra, policy); err != nil {
		v.wrong(name, "%v", err)
		return
	}
	v.shown("entry %d of %s at %s: %s", p.Index, s.Origin, got.At.Format(time.RFC3339), says)
}

// token verifies a timestamp of a checkpoint.
func (v *verification) token(s *Shard, name string, policy *c2sp.Policy) {
	der, ok := v.read(name, maxSmall)
	note, both := v.read(strings.TrimSuffix(name, TokenSuffix)+NoteSuffix, maxSmall)
	if !ok || !both {
		return
	}
	token, err := timestamp.Parse(der)
	if err != nil {
		v.wrong(name, "%v", err)
		return
	}
	if v.Times == nil {
		v.open(name, "no certificates were given (--roots) of those whom you believe the time: when the checkpoint existed is not established")
		return
	}
	if err := token.Verify(note, *v.Times); err != nil {
		v.wrong(name, "%v", err)
		return
	}
	if policy == nil {
		return // said of the checkpoint already
	}
	c, err := policy.Open(note)
	switch {
	case err != nil:
		v.wrong(name, "%v", err)
	case c.Origin != s.Origin:
		v.wrong(name, "it is a time of the log %s, not of %s", c.Origin, s.Origin)
	case c.Size == s.Size && !s.is(c.Checkpoint):
		v.wrong(name, "its checkpoint has as many entries as the one that the statement names, and others: the log has two histories")
	default:
		v.shown("the first %d entries of %s existed at %s", c.Size, c.Origin, token.Time.Format(time.RFC3339))
	}
}
