package nvidia

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Manifest is NVIDIA's reference values for one version of a driver or of a
// VBIOS: a SWID tag (ISO 19770-2) in the form of TCG's reference integrity
// manifest, with an enveloped XML signature.
type Manifest struct {
	Version string // of the driver or VBIOS
	Product string // GH100
	// Values are the allowed digests of active measurements, in lower-case
	// hex, by index from 0: one less than in a report.
	Values map[int][]string
	// Signer is the certificate whose key verifies the signature. Its way to
	// a root is not yet known.
	Signer *x509.Certificate
	// Chain came along.
	Chain []*x509.Certificate
}

// Namespaces and algorithms of the documents. NVIDIA uses these only, and only
// these are taken.
const (
	swid        = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd"
	dsig        = "http://www.w3.org/2000/09/xmldsig#"
	hashes      = "http://www.w3.org/2001/04/xmlenc#sha384"
	canonical11 = "http://www.w3.org/2006/12/xml-c14n11"
	enveloped   = dsig + "enveloped-signature"
	ecdsaSHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
	digest384   = "http://www.w3.org/2001/04/xmldsig-more#sha384"
)

// Bounds of what stands in a manifest.
const (
	maxChain        = 8
	maxIndex        = 255
	maxAlternatives = 64
)

// ParseManifest reads a manifest and verifies its signature by the certificate
// within. Whether that is NVIDIA's is for [attest.Exam.Chain] to say.
func ParseManifest(b []byte) (*Manifest, error) {
	root, err := parseXML(b)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Values: map[int][]string{}}
	if err := m.verify(root); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	meta := root.child(swid, "Meta")
	m.Version, m.Product = meta.attribute("", "colloquialVersion"), meta.attribute("", "product")
	resources := root.child(swid, "Payload").all(swid, "Resource")
	if root.local != "SoftwareIdentity" || m.Version == "" || len(resources) == 0 {
		return nil, fmt.Errorf("manifest: it has no version or no measurements")
	}
	for _, r := range resources {
		if err := m.resource(r); err != nil {
			return nil, fmt.Errorf("manifest of %s: %w", m.Version, err)
		}
	}
	return m, nil
}

func (m *Manifest) resource(r *element) error {
	if r.attribute("", "type") != "Measurement" || r.attribute("", "active") == "False" {
		return nil
	}
	index, err := strconv.Atoi(r.attribute("", "index"))
	if err != nil || index < 0 || index > maxIndex {
		return fmt.Errorf("a measurement with index %.20q", r.attribute("", "index"))
	}
	n, err := strconv.Atoi(r.attribute("", "alternatives"))
	if err != nil || n < 1 || n > maxAlternatives {
		return fmt.Errorf("measurement %d has %.20q alternatives", index, r.attribute("", "alternatives"))
	}
	if m.Values[index] != nil {
		return fmt.Errorf("measurement %d stands there twice", index)
	}
	for i := range n {
		value := strings.ToLower(r.attribute(hashes, fmt.Sprintf("Hash%d", i)))
		if raw, err := hex.DecodeString(value); err != nil || len(raw) == 0 {
			return fmt.Errorf("measurement %d: alternative %d is no hex", index, i)
		}
		m.Values[index] = append(m.Values[index], value)
	}
	return nil
}

// verify follows XML Signature, 3.2: the digest of the document without the
// signature, then the signature over that digest.
func (m *Manifest) verify(root *element) error {
	signature := root.child(dsig, "Signature")
	info := signature.child(dsig, "SignedInfo")
	reference := info.child(dsig, "Reference")
	if reference == nil {
		return fmt.Errorf("it has not one signature with one reference")
	}
	if err := known(info, reference); err != nil {
		return err
	}
	want, err := base64.StdEncoding.DecodeString(reference.child(dsig, "DigestValue").text())
	if err != nil {
		return fmt.Errorf("the digest is no base64")
	}
	if got := sha512.Sum384(root.canonical(signature)); string(got[:]) != string(want) {
		return fmt.Errorf("the digest does not fit: it was altered")
	}
	for _, c := range signature.child(dsig, "KeyInfo").child(dsig, "X509Data").all(dsig, "X509Certificate") {
		der, err := base64.StdEncoding.DecodeString(c.text())
		if err != nil || len(m.Chain) == maxChain {
			return fmt.Errorf("its certificates are no base64, or more than %d", maxChain)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		m.Chain = append(m.Chain, cert)
	}
	value, err := base64.StdEncoding.DecodeString(signature.child(dsig, "SignatureValue").text())
	if err != nil || len(m.Chain) == 0 {
		return fmt.Errorf("it has no signature value or no certificate")
	}
	m.Signer = m.Chain[0]
	return verifyP384(m.Signer, info.canonical(nil), value)
}

// known refuses algorithms and references that are not as NVIDIA's.
func known(info, reference *element) error {
	var transforms []string
	for _, t := range reference.child(dsig, "Transforms").all(dsig, "Transform") {
		transforms = append(transforms, t.attribute("", "Algorithm"))
	}
	said := []string{
		info.child(dsig, "CanonicalizationMethod").attribute("", "Algorithm"), info.child(dsig, "SignatureMethod").attribute("", "Algorithm"),
		reference.attribute("", "URI"), reference.child(dsig, "DigestMethod").attribute("", "Algorithm"), strings.Join(transforms, " "),
	}
	want := []string{canonical11, ecdsaSHA384, "", digest384, enveloped + " " + canonical11}
	for i := range want {
		if said[i] != want[i] {
			return fmt.Errorf("its signature uses %.80q where %q is known", said[i], want[i])
		}
	}
	return nil
}

// verifyP384 verifies a signature written as two 48-byte numbers.
func verifyP384(c *x509.Certificate, message, signature []byte) error {
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P384() || len(signature) != 96 {
		return fmt.Errorf("its key is not of P-384")
	}
	sum := sha512.Sum384(message)
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:48]), new(big.Int).SetBytes(signature[48:])) {
		return fmt.Errorf("the signature does not fit: something was altered")
	}
	return nil
}
