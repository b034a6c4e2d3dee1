package entry

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Commitments are HMAC, and entries are JSON, as packages hmac and json write
// them: both are written out here for speed.
func TestWrittenOut(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 500, 70_000} {
		o := Opening{"resource", NewSalt(), strings.Repeat("x", n)}
		mac := hmac.New(sha256.New, o.Salt[:])
		mac.Write(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", domain, "observation", o.Field, o.Value))
		if got := o.Commit("observation"); !hmac.Equal(mac.Sum(nil), got[:]) {
			t.Errorf("the commitment to %d bytes is no HMAC", n)
		}
	}
	facts := &Observation{Source: "syslog", Event: "login", Result: "denied", Records: 3}
	for _, sealed := range []map[string]Commitment{nil, {"actor": {1}}, {"resource": {1}, "actor": {2}, "subject": {3}, "record": {4}}} {
		e := Entry{At: time.Unix(1795946400, 0).UTC(), Facts: facts, Sealed: sealed}
		if sealed != nil {
			e.Subject = KeyID{1, 2}
		}
		got, err := e.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(wire{version, e.Kind(), e.At.Format(timeFormat), e.Subject.text(), facts, sealed})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s\nis not\n%s", got, want)
		}
	}
}
