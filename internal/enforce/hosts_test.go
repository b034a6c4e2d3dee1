package enforce

import (
	"errors"
	"fmt"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

func TestDestinations(t *testing.T) {
	got, err := Destinations(&bounds.Bounds{Hosts: []bounds.Host{{Name: "*.B.example", From: "y"}, {Name: "A.example.", From: "z"}, {Name: "a.example", From: "x"}, {Name: "a.example", From: "x"}}})
	if want := "[*.b.example a.example]"; err != nil || fmt.Sprint(got) != want || fmt.Sprint(got[1].From) != "[x z]" {
		t.Errorf("%v, %v, want %s", got, err, want)
	}
	for _, name := range []string{"192.0.2.1", "2001:db8::1", "*", "a", "a b.example", `a".example`, "a;b.example", "${a}.example", "{{a}}.example", "a\nb.example", "*.*.example", "münchen.example", "-a.example"} {
		var unmet *Unmet
		if _, err := Destinations(&bounds.Bounds{Hosts: []bounds.Host{{Name: name, From: "x"}}}); !errors.As(err, &unmet) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
