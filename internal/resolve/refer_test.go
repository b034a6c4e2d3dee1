package resolve_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// Names and ids are shown in messages, and what may be a secret is not.
func TestCouldBeSecret(t *testing.T) {
	for s, want := range map[string]bool{
		"projects/clinic/keys/ring-1": false, "Datenbank für Prüfungen ²": false, "alice@clinic.example": false, strings.Repeat("ü", 90): false,
		"": true, strings.Repeat("ü", 91): true, "pass;word": true, "a\nb": true, "\xff": true, "https://u@host.example": true, "postgres://u:p@db.example": true,
		"AKIAIOSFODNN7EXAMPLE1": true, "ghp_abcdefghijklmnopqrstuvwxyz": true,
	} {
		if got := resolve.CouldBeSecret(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
