package pack

import (
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
)

// What stands in the folder of a shard: its checkpoint, proofs, timestamps with
// their notes, and the policy that its operator proposes. The last is nobody's trust.
const (
	CheckpointFile = "checkpoint"
	PolicyFile     = "policy.txt"
	ProofSuffix    = ".tlog-proof"
	TokenSuffix    = ".tst"
	NoteSuffix     = ".note"
)

// ledgers verifies what the pack brings of ledgers.
func (v *verification) ledgers(e *Evidence) {
	for i := range e.Ledger {
		v.shard(e, &e.Ledger[i])
	}
}

func (v *verification) shard(e *Evidence, s *Shard) {
	at := path.Join(s.Folder, CheckpointFile)
	signed, err := v.read(at, maxSmall)
	if err != nil {
		v.wrong(at, "%v", err)
		return
	}
	claimed, err := c2sp.Unverified(signed)
	if err != nil {
		v.wrong(at, "%v", err)
		return
	}
	if claimed.Origin != s.Origin || claimed.Size != s.Size || base64.StdEncoding.EncodeToString(claimed.Root[:]) != s.Root {
		v.wrong(at, "it is not the checkpoint that the statement names")
	}
	policy := v.policyOf(s.Origin)
	if policy == nil {
		v.open(at, "no policy that was given (--policy) names the log %s: whether its %d proofs hold is not established", s.Origin, s.Proofs)
	} else if _, err := policy.Open(signed); err != nil {
		v.wrong(at, "%v", err)
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
			v.token(name, policy)
		}
	}
	if proofs != s.Proofs {
		v.wrong(at, "the folder has %d proofs, the statement says %d", proofs, s.Proofs)
	}
}

// policyOf is the policy that trusts a log of that name.
func (v *verification) policyOf(origin string) *c2sp.Policy {
	for _, p := range v.Policies {
		for _, l := range p.Logs() {
			if l.Key.Name() == origin {
				return p
			}
		}
	}
	return nil
}

// proof verifies one proof, and that its entry is about this perimeter.
func (v *verification) proof(e *Evidence, s *Shard, name string, policy *c2sp.Policy) {
	text, err := v.read(name, maxSmall)
	if err != nil {
		v.wrong(name, "%v", err)
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
	if got.At.After(v.Now) {
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
	case *entry.KeyRelease:
		says = fmt.Sprintf("release of a key: %s", f.Result)
		if f.Perimeter != digest {
			v.wrong(name, "its release of a key is by another perimeter")
		}
	default:
		v.wrong(name, "an entry of the kind %s has nothing to do in a pack", got.Kind())
	}
	if policy == nil {
		return
	}
	opened, err := p.Verify(p.Extra, policy)
	switch {
	case err != nil:
		v.wrong(name, "%v", err)
	case opened.Origin != s.Origin:
		v.wrong(name, "it is of the log %s, not of %s", opened.Origin, s.Origin)
	default:
		v.report.Shown = append(v.report.Shown, fmt.Sprintf("entry %d of %s at %s: %s", p.Index, opened.Origin, got.At.Format(time.RFC3339), says))
	}
}

// token verifies a timestamp of a checkpoint.
func (v *verification) token(name string, policy *c2sp.Policy) {
	der, err := v.read(name, maxSmall)
	var note []byte
	if err == nil {
		note, err = v.read(strings.TrimSuffix(name, TokenSuffix)+NoteSuffix, maxSmall)
	}
	var token *timestamp.Token
	if err == nil {
		token, err = timestamp.Parse(der)
	}
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
	if err != nil {
		v.wrong(name, "%v", err)
		return
	}
	v.report.Shown = append(v.report.Shown, fmt.Sprintf("entries 0 to %d of %s existed at %s", c.Size-1, c.Origin, token.Time.Format(time.RFC3339)))
}
