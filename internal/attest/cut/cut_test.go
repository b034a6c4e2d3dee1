package cut_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest/cut"
)

func TestReader(t *testing.T) {
	r := cut.New("letter", []byte{1, 2, 3, 0, 0, 0, 'a', 'b', 'c', 9})
	if n := r.Uint16("number"); n != 0x0201 {
		t.Errorf("number %#x", n)
	}
	box := r.Box("box")
	if got := string(box.Take("all", 3)); got != "abc" || box.Err() != nil || len(box.Rest()) != 0 {
		t.Errorf("%q, %v", got, box.Err())
	}
	if len(r.Rest()) != 1 || len(r.Read()) != 9 {
		t.Errorf("%d left, %d read", len(r.Rest()), len(r.Read()))
	}
	if r.Take("tail", 2) != nil || r.Take("tail", 1) != nil || r.Err() == nil || !strings.HasPrefix(r.Err().Error(), "letter: cut off in the tail") {
		t.Errorf("after a fault: %v", r.Err())
	}
	for name, b := range map[string][]byte{"short": {5, 0, 0, 0, 'a'}, "absurd": {255, 255, 255, 255}, "empty": nil} {
		r := cut.New("box", b)
		if inner := r.Box("box"); r.Err() == nil || inner.Err() == nil || inner.Take("a", 0) != nil {
			t.Errorf("%s: %v, %v", name, r.Err(), inner.Err())
		}
	}
}
