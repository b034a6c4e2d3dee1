package mint

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// NVIDIA is a fake of NVIDIA.
type NVIDIA struct {
	root, model, provisioner authority // of devices
	rimRoot, rimCA, rim      authority // of manifests
}

// NewNVIDIA makes its roots.
func NewNVIDIA() *NVIDIA {
	n := &NVIDIA{}
	p384 := func(issuer *authority, name string, ca bool) authority {
		return issue(issuer, newKey(elliptic.P384()), certificate{name: name, algorithm: x509.ECDSAWithSHA384, ca: ca})
	}
	n.root = p384(nil, "NVIDIA Device Identity CA", true)
	n.model = p384(&n.root, "NVIDIA GH100 Identity", true)
	n.provisioner = p384(&n.model, "NVIDIA GH100 Provisioner ICA 1", true)
	n.rimRoot = p384(nil, "NVIDIA CoRIM signing Root CA", true)
	n.rimCA = p384(&n.rimRoot, "NVIDIA RIM CA", true)
	n.rim = p384(&n.rimCA, "HCC RIM L4 Signer", false)
	return n
}

// Roots are its roots, to be trusted by a test.
func (n *NVIDIA) Roots() attest.Roots {
	return attest.Roots{attest.RootOf(attest.NVIDIADevices, "fake", n.root.Certificate), attest.RootOf(attest.NVIDIAManifests, "fake", n.rimRoot.Certificate)}
}

// A GPU is a device with its certificate.
type GPU struct {
	identity authority
	vendor   *NVIDIA
}

// Certificate is what NVIDIA certified when the device was made.
func (g *GPU) Certificate() *x509.Certificate { return g.identity.Certificate }

// GPU makes a device.
func (n *NVIDIA) GPU() *GPU {
	return &GPU{issue(&n.provisioner, newKey(elliptic.P384()), certificate{name: "GH100 A01 GSP BROM", algorithm: x509.ECDSAWithSHA384, ca: true}), n}
}

// Measured is a report to be minted.
type Measured struct {
	Nonce        [32]byte
	Driver       string  // 550.90.07
	VBIOS        [5]byte // 96.00.9F.00.01
	Measurements int     // how many; 64 when 0
	// Other are measurements that differ from [Measurement], by index from 0.
	Other map[int][48]byte
	// Firmware is what the report names; Certified what the leaf is for. Equal
	// when Certified is nil.
	Firmware   [48]byte
	Certified  *[48]byte
	Mode       attest.Mode
	NoDecoder  bool
	Feature    []byte // how the GPU is used, little endian, if it says that
	PlainLinks bool   // protected PCIe, which is feature 2
	Name       string // of the leaf, if it is not a Hopper's
}

// Measurement is the value of the measurement with an index from 0.
func Measurement(i int) [48]byte { return sha512.Sum384(fmt.Appendf(nil, "measurement %d", i)) }

// Report mints one.
func (g *GPU) Report(m Measured) attest.Evidence {
	key := newKey(elliptic.P384())
	certified := m.Firmware
	if m.Certified != nil {
		certified = *m.Certified
	}
	name := "GH100 A01 GSP FMC LF"
	if m.Name != "" {
		name = m.Name
	}
	leaf := issue(&g.identity, key, certificate{name: name, algorithm: x509.ECDSAWithSHA384,
		extensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 23, 133, 5, 4, 1}, Value: must(asn1.Marshal(certified[:]))}}})

	var record, opaque []byte
	count := m.Measurements
	if count == 0 {
		count = 64
	}
	le := binary.LittleEndian
	for i := range count {
		value := Measurement(i)
		if other, ok := m.Other[i]; ok {
			value = other
		}
		record = append(record, byte(i+1), 1)
		record = le.AppendUint16(record, 3+48)
		record = append(record, 0)
		record = le.AppendUint16(record, 48)
		record = append(record, value[:]...)
	}
	field := func(kind uint16, value []byte) {
		opaque = le.AppendUint16(le.AppendUint16(opaque, kind), uint16(len(value)))
		opaque = append(opaque, value...)
	}
	decoder := byte(0xAA)
	if m.NoDecoder {
		decoder = 0x55
	}
	v := m.VBIOS
	field(3, append([]byte(m.Driver), 0))
	field(6, []byte{v[3], v[2], v[1], v[0], v[4], 0, 0, 0})
	field(11, []byte{decoder})
	field(15, []byte("882\x00"))
	field(17, []byte("1010\x00"))
	field(18, []byte("0200\x00"))
	field(20, m.Firmware[:])
	if m.PlainLinks {
		m.Feature = []byte{2, 0, 0, 0}
	}
	if m.Feature != nil {
		field(36, m.Feature)
	}

	b := slices.Concat([]byte{0x11, 0xE0, 1, 0xFF}, m.Nonce[:], []byte{0}, []byte{0x11, 0x60, 0, 0, byte(count), byte(len(record)), byte(len(record) >> 8), byte(len(record) >> 16)},
		record, random(32), le.AppendUint16(nil, uint16(len(opaque))), opaque)
	return attest.Evidence{
		Kind: attest.NVIDIA, Report: append(b, sign384(key, b)...), Mode: m.Mode,
		Certificates: []*x509.Certificate{leaf.Certificate, g.identity.Certificate, g.vendor.provisioner.Certificate, g.vendor.model.Certificate, g.vendor.root.Certificate},
	}
}

// Lists are its revocation lists as of a time.
func (n *NVIDIA) Lists(at time.Time, revoked ...*x509.Certificate) []attest.Item {
	var items []attest.Item
	for _, a := range []authority{n.root, n.model, n.provisioner, n.rimRoot, n.rimCA} {
		items = append(items, a.list(x509.ECDSAWithSHA384, at, revoked...))
	}
	return items
}

// Manifest signs reference values of a version. It writes the document in
// canonical form by hand, so that whoever reads it needs a canonical form of
// his own.
func (n *NVIDIA) Manifest(version string, values map[int][48]byte) attest.Item {
	return n.ManifestOf("GH100", version, values)
}

// ManifestOf signs those of another product.
func (n *NVIDIA) ManifestOf(product, version string, values map[int][48]byte) attest.Item {
	return n.manifest(product, version, "True", values)
}

// Idle signs reference values of which none is to be compared.
func (n *NVIDIA) Idle(version string, values map[int][48]byte) attest.Item {
	return n.manifest("GH100", version, "False", values)
}

func (n *NVIDIA) manifest(product, version, active string, values map[int][48]byte) attest.Item {
	const swid, hash = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd", "http://www.w3.org/2001/04/xmlenc#sha384"
	const c14n, more = "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2001/04/xmldsig-more#"
	var rows strings.Builder
	for _, i := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&rows, "\n <ns0:Resource active=\"%s\" alternatives=\"1\" index=\"%d\" name=\"Measurement_%d\" size=\"48\" type=\"Measurement\" ns2:Hash0=\"%x\"></ns0:Resource>", active, i, i, values[i])
	}
	head := fmt.Sprintf(`<SoftwareIdentity xmlns="%s" xmlns:ns0="%s" xmlns:ns2="%s" name="GH100" tagId="x &amp; y">`+
		"\n<ns0:Meta colloquialVersion=\"%s\" edition=\"GPU\" product=\"%s\"></ns0:Meta>\n<ns0:Payload>%s\n</ns0:Payload>\n", swid, swid, hash, version, product, rows.String())
	sum := sha512.Sum384([]byte(head + "</SoftwareIdentity>"))
	inner := fmt.Sprintf(`<ds:CanonicalizationMethod Algorithm="%s"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="%secdsa-sha384"></ds:SignatureMethod>`+
		`<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="%s"></ds:Transform></ds:Transforms>`+
		`<ds:DigestMethod Algorithm="%ssha384"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>`, c14n, more, c14n, more, base64.StdEncoding.EncodeToString(sum[:]))
	const ds = `xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	signed := fmt.Sprintf(`<ds:SignedInfo xmlns="%s" %s xmlns:ns0="%s" xmlns:ns2="%s">`, swid, ds, swid, hash) + inner
	value := sign384(n.rim.key.(*ecdsa.PrivateKey), []byte(signed))
	var certs strings.Builder
	for _, c := range []authority{n.rim, n.rimCA, n.rimRoot} {
		fmt.Fprintf(&certs, "<ds:X509Certificate>%s</ds:X509Certificate>", base64.StdEncoding.EncodeToString(c.Raw))
	}
	return attest.Item{Kind: attest.ItemManifest, Source: version, Data: []byte(head + `<ds:Signature ` + ds + `><ds:SignedInfo>` + inner +
		`<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue><ds:KeyInfo><ds:X509Data>` + certs.String() +
		"</ds:X509Data></ds:KeyInfo></ds:Signature></SoftwareIdentity>\n")}
}
