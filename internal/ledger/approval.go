package ledger

import (
	"encoding/json"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// An Approval says why entries were given up, and who approved it. It may be
// removed when nobody needs to know any more; the record stays.
type Approval struct {
	Reason     string     `json:"reason"`
	ApprovedBy string     `json:"approved_by"`
	Salt       entry.Salt `json:"salt"`
}

// approvalPath is where the approval of a recovery lies: beside the shard that
// it began.
func (s Shard) approvalPath() string { return s.Dir + ".approval" }

// commit binds both texts at once; as JSON no two approvals have one spelling.
func (a Approval) commit() (entry.Commitment, error) {
	value, err := json.Marshal([]string{a.Reason, a.ApprovedBy})
	return entry.Opening{Field: "approval", Salt: a.Salt, Value: string(value)}.Commit("recovery"), err
}

// approval reads the approval of the recovery that began a shard, and holds
// it against the record.
func (s Shard) approval(r Recovery) (Approval, error) {
	var a Approval
	path := s.approvalPath()
	text, err := small(path)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("%s: %w", path, err)
	}
	if got, err := a.commit(); err != nil || got != r.Approval {
		return a, fmt.Errorf("%s is not the approval that the ledger commits to: it was altered", path)
	}
	return a, nil
}

// approve keeps an approval, and writes the record that commits to it.
func (s Shard) approve(r *Recovery, a Approval) ([]byte, error) {
	var err error
	if r.Approval, err = a.commit(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	if err := durable.Replace(s.approvalPath(), append(text, '\n')); err != nil {
		return nil, err
	}
	return json.Marshal(r)
}
