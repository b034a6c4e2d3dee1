package local

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// A Destruction says that a version is no more: what it alone wrapped nobody
// can read. It is signed by the version itself, whose last signature it is, so
// it proves that whoever held the key destroyed it; that no copy was kept
// elsewhere nobody can prove.
type Destruction struct {
	Key       string            `json:"key"`
	Version   int               `json:"version"`
	Public    ed25519.PublicKey `json:"public"`
	Created   time.Time         `json:"created"`
	Destroyed time.Time         `json:"destroyed"`
	Method    string            `json:"method"`
	Left      []int             `json:"left"` // versions that remain
	Signature []byte            `json:"signature,omitempty"`
}

const method = "the key file was replaced, the former one overwritten and removed"

// lastWords are what a version signs before it goes.
func (k *Key) lastWords(v version, left []int) Destruction {
	private := ed25519.NewKeyFromSeed(v.Seed)
	defer clear(private)
	d := Destruction{
		Key: k.head.ID, Version: v.Number, Public: publicOf(private), Created: v.Created,
		Destroyed: k.now().UTC().Truncate(time.Second), Method: method, Left: left,
	}
	d.Signature = ed25519.Sign(private, d.Message())
	return d
}

// Message is what is signed: a line that says what it is, and all but the
// signature as JSON without blanks, in the order of the fields.
func (d Destruction) Message() []byte {
	d.Signature = nil
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	return append([]byte("bailiwick/key-destruction/v1\n"), b...)
}

// Verify holds the signature against the public key, which is that of the
// version only if it was known as such before.
func (d Destruction) Verify() error {
	if len(d.Public) != ed25519.PublicKeySize || !ed25519.Verify(d.Public, d.Message(), d.Signature) {
		return fmt.Errorf("the destruction of version %d of %s is not signed by it", d.Version, d.Key)
	}
	return nil
}

// ParseDestructions reads one proof, as it stands in a ledger, or a list, as
// [Key.Destroy] is written down. Their signatures are not looked at.
func ParseDestructions(b []byte) ([]Destruction, error) {
	all := make([]Destruction, 1)
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		err = strict(b, &all)
	} else {
		err = strict(b, &all[0])
	}
	if err != nil {
		return nil, fmt.Errorf("it is no proof that a version of a key was destroyed: %w", err)
	}
	if len(all) == 0 {
		return nil, errors.New("it is a list of no proofs")
	}
	for i := range all {
		if err := all[i].check(); err != nil {
			return nil, fmt.Errorf("proof %d of %d: %w", i+1, len(all), err)
		}
	}
	return all, nil
}

func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something stands behind it")
	}
	return nil
}

// check refuses what no version says of its end.
func (d *Destruction) check() error {
	id, err := hex.DecodeString(d.Key)
	switch {
	case err != nil || len(id) != idSize:
		return fmt.Errorf("%.80q is no id of a key", d.Key)
	case d.Version < 1 || slices.Contains(d.Left, d.Version):
		return fmt.Errorf("it says that version %d is gone and of %v that they are left", d.Version, d.Left)
	case len(d.Public) != ed25519.PublicKeySize:
		return fmt.Errorf("its public key has %d bytes, not %d", len(d.Public), ed25519.PublicKeySize)
	case d.Method != method:
		return fmt.Errorf("it destroyed by a method that this program does not know: %.80q", d.Method)
	case d.Created.IsZero() || d.Destroyed.Before(d.Created):
		return fmt.Errorf("it was destroyed on %s, and made on %s", d.Destroyed.Format(time.RFC3339), d.Created.Format(time.RFC3339))
	}
	return nil
}
