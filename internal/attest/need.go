package attest

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// A Need is a file of a vendor that a piece of evidence is held against: what
// whoever makes a bundle has to fetch. Verifiers never do.
type Need struct {
	Kind ItemKind
	URL  string
	// Post is the body of a request by POST, for OCSP; nil means GET.
	Post []byte
	// Header is where the answer has the certificates of its signer.
	Header string
}

// Items makes items of an answer.
func (n Need) Items(body []byte, header func(name string) string) ([]Item, error) {
	items := []Item{{n.Kind, n.URL, body}}
	if n.Kind == ItemManifest { // NVIDIA's service wraps it
		var answer struct {
			RIM []byte `json:"rim"`
		}
		if err := json.Unmarshal(body, &answer); err != nil || len(answer.RIM) == 0 {
			return nil, fmt.Errorf("the answer of %s holds no manifest: %v", n.URL, err)
		}
		items[0].Data = answer.RIM
	}
	if n.Header != "" {
		chain, err := url.QueryUnescape(header(n.Header))
		if err != nil || chain == "" {
			return nil, fmt.Errorf("the answer of %s has no certificates in its header %s", n.URL, n.Header)
		}
		items = append(items, Item{ItemCertificates, n.URL, []byte(chain)})
	}
	for _, i := range items {
		if err := new(Collateral).add(i); err != nil {
			return nil, fmt.Errorf("the answer of %s: %w", n.URL, err)
		}
	}
	return items, nil
}
