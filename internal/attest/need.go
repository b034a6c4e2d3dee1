package attest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
)

// A Need is a file of a vendor that a piece of evidence is held against: what
// whoever makes a bundle has to fetch. Verifiers never do.
type Need struct {
	Kind ItemKind `json:"kind"`
	URL  string   `json:"url"`
	// Post is the body of a request by POST, for OCSP; nil means GET.
	Post []byte `json:"post,omitempty"`
	// Header is where the answer has the certificates of its signer.
	Header string `json:"header,omitempty"`
	// Maybe says that the vendor may not have it: the evidence does not say
	// of which product it is.
	Maybe bool `json:"maybe,omitempty"`
}

// Source names the request in a bundle. All questions of OCSP go to one
// address, so what was asked belongs to the name.
func (n Need) Source() string {
	if n.Post == nil {
		return n.URL
	}
	return n.URL + " " + digest(n.Post)
}

// Items makes items of an answer.
func (n Need) Items(body []byte, header func(name string) string) ([]Item, error) {
	items, err := ItemsOf(n.Source(), body, func(name string) string {
		if name != n.Header {
			return ""
		}
		return header(name)
	})
	if err != nil {
		return nil, fmt.Errorf("the answer of %s: %w", n.URL, err)
	}
	if items[0].Kind != n.Kind {
		return nil, fmt.Errorf("the answer of %s is %s, not %s", n.URL, items[0].Kind, n.Kind)
	}
	if n.Header != "" && len(items) == 1 {
		return nil, fmt.Errorf("the answer of %s has no certificates in its header %s", n.URL, n.Header)
	}
	return items, nil
}

// chainHeaders are where Intel's answers have the certificates of their
// signer, in PEM and escaped.
var chainHeaders = []string{"TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain", "SGX-Enclave-Identity-Issuer-Chain", "SGX-PCK-CRL-Issuer-Chain"}

// ItemsOf says by its content what a file or an answer of a vendor is. NVIDIA's
// service wraps its manifests, and Intel's gives certificates in a header; the
// first item is the file itself.
func ItemsOf(source string, body []byte, header func(name string) string) ([]Item, error) {
	if rim := unwrapped(body); rim != nil {
		body = rim
	}
	first, err := ItemOf(source, body)
	if err != nil {
		return nil, err
	}
	items := []Item{first}
	for _, name := range chainHeaders {
		said := header(name)
		if said == "" {
			continue
		}
		chain, err := url.QueryUnescape(said)
		if err != nil {
			return nil, fmt.Errorf("its header %s: %w", name, err)
		}
		if _, err := Certificates([]byte(chain)); err != nil {
			return nil, fmt.Errorf("its header %s: %w", name, err)
		}
		items = append(items, Item{ItemCertificates, source, []byte(chain)})
	}
	return items, nil
}

// unwrapped is the manifest in an answer of NVIDIA's service.
func unwrapped(body []byte) []byte {
	var answer struct {
		RIM []byte `json:"rim"`
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) || json.Unmarshal(body, &answer) != nil {
		return nil
	}
	return answer.RIM
}

// signedJSON says whether a file has the form of Intel's statements: what was
// signed, below its name, and the signature.
func signedJSON(body []byte, name string) bool {
	var outer map[string]json.RawMessage
	var signature string
	if json.Unmarshal(body, &outer) != nil || !bytes.HasPrefix(outer[name], []byte("{")) || json.Unmarshal(outer["signature"], &signature) != nil {
		return false
	}
	raw, err := hex.DecodeString(signature)
	return err == nil && len(raw) == 64
}
