package mint

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// AMD is a fake of AMD for one product line.
type AMD struct {
	Product       string
	ark, ask, avk authority
}

// rsaBits is half of AMD's: keys are made anew in each test.
const rsaBits = 2048

// NewAMD makes its roots.
func NewAMD(product string) *AMD {
	a := &AMD{Product: product}
	ca := func(issuer *authority, name string) authority {
		return issue(issuer, must(rsa.GenerateKey(rand.Reader, rsaBits)), certificate{name: name, algorithm: x509.SHA384WithRSAPSS, ca: true})
	}
	a.ark = ca(nil, "ARK-"+product)
	a.ask = ca(&a.ark, "SEV-"+product)
	a.avk = ca(&a.ark, "SEV-VLEK-"+product)
	return a
}

// Root is its root, to be trusted by a test.
func (a *AMD) Root() attest.Root {
	return attest.RootOf(attest.AMDChips, a.Product, a.ark.Certificate)
}

// Items are what a bundle holds of it.
func (a *AMD) Items() []attest.Item { return []attest.Item{bundle(a.ask, a.avk, a.ark), a.List(Now)} }

// Certificates are those of the bundle without the revocation list.
func (a *AMD) Certificates() attest.Item { return bundle(a.ask, a.avk, a.ark) }

// List is its revocation list as of a time.
func (a *AMD) List(at time.Time, revoked ...*x509.Certificate) attest.Item {
	return a.ark.list(x509.SHA384WithRSAPSS, at, revoked...)
}

// Around is a certificate that somebody else made around the key of the root:
// its name, no right to sign lists, a signature of nobody.
func (a *AMD) Around() *x509.Certificate { return Imitation(a.ark.Certificate) }

// Partial is a revocation list that speaks of some reasons only.
func (a *AMD) Partial(at time.Time, revoked ...*x509.Certificate) attest.Item {
	// issuingDistributionPoint with onlySomeReasons (RFC 5280, 5.2.5)
	point := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0x04, 0x83, 0x02, 0x06, 0x40}}
	template := &x509.RevocationList{Number: big.NewInt(2), ThisUpdate: at.Add(-ago), NextUpdate: at.Add(yet), SignatureAlgorithm: x509.SHA384WithRSAPSS, ExtraExtensions: []pkix.Extension{point}, RevokedCertificateEntries: entries(at, revoked)}
	return attest.Item{Kind: attest.ItemCRL, Data: must(x509.CreateRevocationList(rand.Reader, template, a.ark.Certificate, a.ark.key))}
}

// ASK is the certificate that signs those of chips.
func (a *AMD) ASK() *x509.Certificate { return a.ask.Certificate }

// SNP is a report to be minted. The zero one is of version 2, without debug,
// of a chip whose id is masked.
type SNP struct {
	Version     int
	Policy      uint64 // bit 17 is always set
	Measurement [48]byte
	ReportData  [64]byte
	HostData    [32]byte
	ChipID      [64]byte
	TCB         [8]byte  // reported and current
	LaunchTCB   *[8]byte // at the guest's start, if it is not TCB
	VMPL        uint32
	Cloud       string // set: signed by a VLEK of that cloud
	Family      byte   // of the processor
	Model       byte
	// Certifies is the product that the certificate names, if it is not the
	// vendor's: Genoa-B1.
	Certifies string
	// Certified is the level of the certificate, if it is not TCB's.
	Certified *[8]byte
	// CertifiedChip is the chip of the certificate, if it is not ChipID.
	CertifiedChip *[64]byte
}

// Policy bits.
const (
	SNPDebug   = 1 << 19
	SNPMigrate = 1 << 18
)

// Report mints one, with the certificate of its key.
func (a *AMD) Report(s SNP) attest.Evidence {
	key := newKey(elliptic.P384())
	cert := a.endorse(s, key)
	b := make([]byte, 0x4A0)
	put32, put64 := binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint64
	put32(b, uint32(max(2, s.Version)))
	put64(b[0x08:], s.Policy|1<<17)
	put32(b[0x30:], s.VMPL)
	put32(b[0x34:], 1)
	copy(b[0x38:], s.TCB[:])
	if s.Cloud != "" {
		put32(b[0x48:], 1<<2)
	}
	copy(b[0x50:], s.ReportData[:])
	copy(b[0x90:], s.Measurement[:])
	copy(b[0xC0:], s.HostData[:])
	copy(b[0x180:], s.TCB[:])
	if s.Version > 2 {
		b[0x188], b[0x189] = s.Family, s.Model
	}
	copy(b[0x1A0:], s.ChipID[:])
	copy(b[0x1E0:], s.TCB[:])
	copy(b[0x1F0:], s.TCB[:])
	if s.LaunchTCB != nil {
		copy(b[0x1F0:], s.LaunchTCB[:])
	}
	signature := sign384(key, b[:0x2A0])
	slices.Reverse(signature[:48])
	slices.Reverse(signature[48:])
	copy(b[0x2A0:], signature[:48])
	copy(b[0x2A0+72:], signature[48:])
	return attest.Evidence{Kind: attest.SNP, Report: b, Certificates: []*x509.Certificate{cert}}
}

// endorse certifies a key as that of a chip, or as one that a cloud loads.
func (a *AMD) endorse(s SNP, key *ecdsa.PrivateKey) *x509.Certificate {
	tcb, chip := s.TCB, s.ChipID
	if s.Certified != nil {
		tcb = *s.Certified
	}
	if s.CertifiedChip != nil {
		chip = *s.CertifiedChip
	}
	spl := map[int]int{1: 0, 2: 1, 3: 6, 8: 7} // the number of the extension: the byte of the level
	if a.Product == "Turin" {
		spl = map[int]int{9: 0, 1: 1, 2: 2, 3: 3, 8: 7}
	}
	extensions := []pkix.Extension{amdExtension(must(asn1.MarshalWithParams(cmp.Or(s.Certifies, a.Product+"-B0"), "ia5")), 2)}
	for n, at := range spl {
		extensions = append(extensions, amdExtension(must(asn1.Marshal(int(tcb[at]))), 3, n))
	}
	c, issuer := certificate{name: "SEV-VCEK", algorithm: x509.SHA384WithRSAPSS}, a.ask
	switch {
	case s.Cloud != "":
		c.name, issuer = "SEV-VLEK", a.avk
		extensions = append(extensions, amdExtension(must(asn1.MarshalWithParams(s.Cloud, "ia5")), 5))
	case a.Product == "Turin":
		extensions = append(extensions, amdExtension(chip[:8], 4))
	default:
		extensions = append(extensions, amdExtension(chip[:], 4))
	}
	c.extensions = extensions
	return issue(&issuer, key, c).Certificate
}

func amdExtension(value []byte, id ...int) pkix.Extension {
	return pkix.Extension{Id: append(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 3704, 1}, id...), Value: value}
}

// Table is the report with its certificates behind, as a host hands them out.
func Table(e attest.Evidence) []byte {
	vcek := []byte{0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64, 0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd}
	cert := e.Certificates[0].Raw
	row := binary.LittleEndian.AppendUint32(vcek, 48)
	row = binary.LittleEndian.AppendUint32(row, uint32(len(cert)))
	return slices.Concat(e.Report, row, make([]byte, 24), cert)
}
