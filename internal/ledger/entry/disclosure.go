package entry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Disclosure shows some sealed fields of one entry to somebody who trusts
// the log and not its operator. It is a file that needs nothing beside it but
// the reader's own policy: the proof holds the entry. The other fields stay
// closed: their commitments say nothing.
type Disclosure struct {
	Schema string    `json:"schema"`
	Proof  string    `json:"proof"`  // c2sp.org/tlog-proof, with the entry as its extra data
	Opened []Opening `json:"opened"` // sorted by field
}

// DisclosureSchema names the format.
const DisclosureSchema = "bailiwick/disclosure/v1"

// MaxDisclosure is how many bytes are read of one: the values, six bytes each
// when JSON escapes them, and a proof.
const MaxDisclosure = 6*MaxValues + 256<<10

// Marshal writes a disclosure as a file.
func (d Disclosure) Marshal() ([]byte, error) {
	var b bytes.Buffer
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	j.SetIndent("", "  ")
	err := j.Encode(d)
	return b.Bytes(), err
}

// ParseDisclosure reads a disclosure. Nothing is verified yet.
func ParseDisclosure(b []byte) (Disclosure, error) {
	var d Disclosure
	if len(b) > MaxDisclosure {
		return d, fmt.Errorf("%d bytes are no disclosure", len(b))
	}
	if err := decode(b, &d); err != nil {
		return d, fmt.Errorf("disclosure: %w", err)
	}
	if d.Schema != DisclosureSchema {
		return d, fmt.Errorf("the schema of the disclosure is %q; want %q", shorten(d.Schema), DisclosureSchema)
	}
	// A second `proof` behind the first would show one reader another entry
	// than the next: what was read is all that stands there.
	again, err := d.Marshal()
	if err != nil {
		return d, err
	}
	if !sameJSON(again, b) {
		return d, fmt.Errorf("the disclosure is not written as disclosures are: fields are doubled, missing or in another order")
	}
	return d, nil
}

// sameJSON compares two documents but for the white space between their parts.
func sameJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// Disclosed is a disclosure that was verified.
type Disclosed struct {
	Entry  Entry
	Index  int64
	Bytes  []byte // the entry as it stands in the log
	Opened []Opening
	Log    c2sp.Opened
}

// Verify says whether the entry stands in a log that the policy trusts and
// whether each value that is shown is the one that the entry commits to. It
// needs no network and no key.
func (d Disclosure) Verify(policy *c2sp.Policy) (Disclosed, error) {
	if len(d.Opened) == 0 {
		return Disclosed{}, errors.New("the disclosure shows no field: of an entry alone there is a proof (bailiwick ledger prove)")
	}
	proof, err := c2sp.ParseProof([]byte(d.Proof))
	if err != nil {
		return Disclosed{}, fmt.Errorf("the proof of the disclosure: %w", err)
	}
	if proof.Extra == nil {
		return Disclosed{}, fmt.Errorf("the proof of the disclosure lacks the entry")
	}
	v := Disclosed{Index: proof.Index, Bytes: proof.Extra, Opened: d.Opened}
	if v.Log, err = proof.Verify(proof.Extra, policy); err != nil {
		return Disclosed{}, err
	}
	if v.Entry, err = Parse(proof.Extra); err != nil {
		return Disclosed{}, err
	}
	for i, o := range d.Opened {
		if i > 0 && d.Opened[i-1].Field >= o.Field {
			return Disclosed{}, fmt.Errorf("the fields that are shown are not sorted, or one is shown twice")
		}
		if err := o.Opens(v.Entry); err != nil {
			return Disclosed{}, err
		}
	}
	return v, nil
}
