package intel

import (
	"cmp"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Show says what a statement is about and when it counts, as it says itself:
// nothing is verified.
func Show(i attest.Item) (string, Issued, error) {
	if i.Kind == attest.ItemTCBInfo {
		s, err := parseTCBInfo(i.Data)
		if err != nil {
			return "", Issued{}, err
		}
		return fmt.Sprintf("levels of %s on machines of FMSPC %x", s.Body.ID, []byte(s.Body.FMSPC)), s.Body.Issued, nil
	}
	s, err := parseQEIdentity(i.Data)
	if err != nil {
		return "", Issued{}, err
	}
	return "quoting enclave " + cmp.Or(s.Body.ID, "without a name"), s.Body.Issued, nil
}
