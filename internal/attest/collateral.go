package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// CollateralSchema names the form of a bundle.
const CollateralSchema = "bailiwick/collateral/v1"

// A Bundle is a file of statements that vendors published about their chips.
// Each is signed by its vendor, so it does not matter who made the bundle;
// only an old one can harm, and each statement says when it expires.
type Bundle struct {
	Schema string    `json:"schema"`
	Made   time.Time `json:"made"`
	Items  []Item    `json:"items"`
}

// An Item is one file as the vendor gave it.
type Item struct {
	Kind   ItemKind `json:"kind"`
	Source string   `json:"source,omitempty"` // where it was fetched, for people
	Data   []byte   `json:"data"`
}

// ItemKind is what an item is.
type ItemKind string

const (
	ItemCertificates ItemKind = "certificates" // PEM or DER
	ItemCRL          ItemKind = "crl"          // PEM or DER
	ItemOCSP         ItemKind = "ocsp"         // one answer, DER
	ItemTCBInfo      ItemKind = "tcb-info"     // Intel's JSON, as signed
	ItemQEIdentity   ItemKind = "qe-identity"  // Intel's JSON, as signed
	ItemManifest     ItemKind = "rim"          // NVIDIA's SWID tag, signed XML
)

// ItemKinds are the known ones.
func ItemKinds() []ItemKind {
	return []ItemKind{ItemCertificates, ItemCRL, ItemOCSP, ItemTCBInfo, ItemQEIdentity, ItemManifest}
}

// Bounds of a bundle. One for a fleet of several kinds has a few MiB.
const (
	MaxBundle = 64 << 20
	maxItems  = 16384
)

// ItemOf says by its content what a file of a vendor is.
func ItemOf(source string, b []byte) (Item, error) {
	i := Item{Source: source, Data: b}
	switch trimmed := bytes.TrimSpace(b); {
	case bytes.HasPrefix(trimmed, []byte("{")) && signedJSON(b, "tcbInfo"):
		i.Kind = ItemTCBInfo
		return i, nil
	case bytes.HasPrefix(trimmed, []byte("{")) && signedJSON(b, "enclaveIdentity"):
		i.Kind = ItemQEIdentity
		return i, nil
	case bytes.HasPrefix(trimmed, []byte("<")) && bytes.Contains(b, []byte("SoftwareIdentity")): // not the page of a proxy
		i.Kind = ItemManifest
		return i, nil
	}
	for _, kind := range []ItemKind{ItemCertificates, ItemCRL, ItemOCSP} {
		if new(Collateral).add(Item{Kind: kind, Data: b}) == nil {
			i.Kind = kind
			return i, nil
		}
	}
	return i, fmt.Errorf("%s is nothing that a bundle holds: certificates, a revocation list, an OCSP answer, Intel's TCB info or QE identity, NVIDIA's manifest", source)
}

// Pack makes the file of a bundle.
func Pack(made time.Time, items ...Item) ([]byte, error) {
	b, err := json.MarshalIndent(Bundle{CollateralSchema, made.UTC().Truncate(time.Second), items}, "", " ")
	if err != nil {
		return nil, err
	}
	if _, err := OpenCollateral(b); err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// Collateral is an opened bundle. It may be used by many at once, and
// remembers which signatures in it are good: they stay so.
type Collateral struct {
	Digest       string
	Made         time.Time
	certificates []*x509.Certificate
	lists        []*x509.RevocationList
	answers      []*ocsp.Response
	documents    map[ItemKind][][]byte

	mu     sync.Mutex
	own    map[[32]byte]bool // proved by Prove
	proved map[[32]byte]bool
	parsed map[*byte]any // by the first byte of the document
}

// ParseBundle reads the file of a bundle, to extend it or to show it.
func ParseBundle(text []byte) (Bundle, error) {
	var b Bundle
	if len(text) > MaxBundle {
		return b, fmt.Errorf("collateral: %d bytes; at most %d are read", len(text), MaxBundle)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return b, fmt.Errorf("collateral: this is no bundle: %w; make one with `bailiwick attest collateral fetch`", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return b, fmt.Errorf("collateral: something stands behind the bundle")
	}
	if b.Schema != CollateralSchema {
		return b, fmt.Errorf("collateral: the schema is %.60q, not %q", b.Schema, CollateralSchema)
	}
	if len(b.Items) > maxItems {
		return b, fmt.Errorf("collateral: %d items; at most %d are read", len(b.Items), maxItems)
	}
	return b, nil
}

// OpenCollateral reads a bundle. Nothing is verified yet: what is needed for
// one piece of evidence is verified with it.
func OpenCollateral(text []byte) (*Collateral, error) {
	b, err := ParseBundle(text)
	if err != nil {
		return nil, err
	}
	c := &Collateral{Digest: digest(text), Made: b.Made}
	for n, i := range b.Items {
		if err := c.add(i); err != nil {
			return nil, fmt.Errorf("collateral: item %d (%s %s): %w", n+1, i.Kind, i.Source, err)
		}
	}
	return c, nil
}

func (c *Collateral) add(i Item) error {
	switch i.Kind {
	case ItemCertificates:
		certs, err := Certificates(i.Data)
		c.certificates = append(c.certificates, certs...)
		return err
	case ItemCRL:
		der := i.Data
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		list, err := x509.ParseRevocationList(der)
		c.lists = append(c.lists, list)
		return err
	case ItemOCSP:
		r, err := ocsp.ParseResponse(i.Data, nil)
		if err != nil {
			return err
		}
		c.answers = append(c.answers, r)
		return nil
	case ItemTCBInfo, ItemQEIdentity, ItemManifest:
		if c.documents == nil {
			c.documents = map[ItemKind][][]byte{}
		}
		c.documents[i.Kind] = append(c.documents[i.Kind], i.Data)
		return nil
	}
	return known("kind", i.Kind, ItemKinds())
}

// Documents are the items of a kind that its verifier reads.
func (c *Collateral) Documents(kind ItemKind) [][]byte { return c.documents[kind] }

// maxProved bounds what is remembered: evidence, too, brings certificates.
const maxProved = 1 << 14

// Once verifies a signature over what the parts are, or knows already that it
// is good.
func (c *Collateral) once(verify func() error, parts ...[]byte) error {
	key := keyOf(parts...)
	c.mu.Lock()
	good := c.proved[key] || c.own[key]
	c.mu.Unlock()
	if good {
		return nil
	}
	if err := verify(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proved == nil || len(c.proved) >= maxProved {
		c.proved = map[[32]byte]bool{}
	}
	c.proved[key] = true
	return nil
}

// An outcome is what parsing a document gave.
type outcome[T any] struct {
	value T
	err   error
}

// Parsed is a document of the bundle, of those that [Collateral.Documents]
// gives, in the form that parse gives it, which is called once. It must not be
// changed.
func Parsed[T any](c *Collateral, document []byte, parse func([]byte) (T, error)) (T, error) {
	if len(document) == 0 {
		return parse(document)
	}
	c.mu.Lock()
	known, ok := c.parsed[&document[0]].(outcome[T])
	c.mu.Unlock()
	if ok {
		return known.value, known.err
	}
	known.value, known.err = parse(document)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parsed == nil {
		c.parsed = map[*byte]any{}
	}
	c.parsed[&document[0]] = known
	return known.value, known.err
}

func keyOf(parts ...[]byte) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		sum := sha256.Sum256(p)
		h.Write(sum[:])
	}
	return [32]byte(h.Sum(nil))
}
