package keystest

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Opened opens the key of an address until the test ends.
func Opened(t *testing.T, address string, open func(keys.Address) (keys.Key, error)) keys.Key {
	t.Helper()
	a, err := keys.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	k, err := open(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}
