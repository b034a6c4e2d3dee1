package mint

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Intel is a fake of Intel, with one model of machines.
type Intel struct {
	root, platforms, statements authority
	FMSPC                       [6]byte
	// QESigner is MRSIGNER of its quoting enclave.
	QESigner [32]byte
}

// NewIntel makes its roots.
func NewIntel() *Intel {
	i := &Intel{FMSPC: [6]byte(random(6)), QESigner: [32]byte(random(32))}
	p256 := func(issuer *authority, name string, ca bool) authority {
		return issue(issuer, newKey(elliptic.P256()), certificate{name: name, algorithm: x509.ECDSAWithSHA256, ca: ca})
	}
	i.root = p256(nil, "Intel SGX Root CA", true)
	i.platforms = p256(&i.root, "Intel SGX PCK Platform CA", true)
	i.statements = p256(&i.root, "Intel SGX TCB Signing", false)
	return i
}

// Root is its root, to be trusted by a test.
func (i *Intel) Root() attest.Root {
	return attest.RootOf(attest.IntelChips, "fake", i.root.Certificate)
}

// Quote is one to be minted.
type Quote struct {
	Version    int // 3, 4 or 5
	TDX        bool
	Extended   bool     // TDX in version 5: the body of module 1.5
	Debug      bool     // can be read by the host
	Migratable bool     // TDX
	Code       [48]byte // MRTD; the first 32 bytes are MRENCLAVE
	Signer     [32]byte // MRSIGNER of an enclave
	ReportData [64]byte
	RTMR       [4][48]byte
	TEESVN     [16]byte // TDX: of the module and of what loads it
	SEAMSigner [48]byte // TDX: of the module; zeros are Intel's
	PPID       [16]byte
	SVN        byte // of all sixteen components of the machine
	PCESVN     int
	QESVN      uint16
	// QESigner is another signer of the quoting enclave, if set: a forger's.
	QESigner *[32]byte
	// Machine is the certificate of the machine, if it is not a new one.
	Machine *Machine
}

// A Machine is a platform with its certificate.
type Machine struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Machine certifies a platform.
func (i *Intel) Machine(q Quote) *Machine {
	key := newKey(elliptic.P256())
	id := func(n ...int) asn1.ObjectIdentifier {
		return append(asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}, n...)
	}
	type field struct {
		ID    asn1.ObjectIdentifier
		Value any
	}
	var level []field
	for n := range 16 {
		level = append(level, field{id(2, n+1), int(q.SVN)})
	}
	level = append(level, field{id(2, 17), q.PCESVN}, field{id(2, 18), make([]byte, 16)})
	value := must(asn1.Marshal([]field{{id(1), q.PPID[:]}, {id(2), level}, {id(3), []byte{0, 0}}, {id(4), i.FMSPC[:]}, {id(5), asn1.Enumerated(1)}}))
	c := issue(&i.platforms, key, certificate{
		name: "Intel SGX PCK Certificate", algorithm: x509.ECDSAWithSHA256, extensions: []pkix.Extension{{Id: id(), Value: value}},
	})
	return &Machine{c.Certificate, key}
}

// Quote mints one.
func (i *Intel) Quote(q Quote) attest.Evidence {
	m := q.Machine
	if m == nil {
		m = i.Machine(q)
	}
	body := q.enclave()
	kind := attest.SGX
	if q.TDX {
		body, kind = q.domain(), attest.TDX
	}
	head := make([]byte, 48)
	binary.LittleEndian.PutUint16(head, uint16(q.Version))
	binary.LittleEndian.PutUint16(head[2:], 2)
	if q.TDX {
		binary.LittleEndian.PutUint32(head[4:], 0x81)
	}
	signed := head
	if q.Version == 5 {
		sort := uint16(1)
		if q.TDX {
			sort = 2
		}
		if q.Extended {
			sort = 3
		}
		signed = binary.LittleEndian.AppendUint16(signed, sort)
		signed = binary.LittleEndian.AppendUint32(signed, uint32(len(body)))
	}
	signed = append(signed, body...)
	return attest.Evidence{Kind: kind, Report: append(signed, sized(i.auth(q, m, signed))...)}
}

// auth is the signature data behind a quote.
func (i *Intel) auth(q Quote, m *Machine, signed []byte) []byte {
	key := newKey(elliptic.P256())
	public := must(key.PublicKey.Bytes())[1:]
	authData := random(32)
	qe := make([]byte, 384)
	qe[48] = 0x11 // initialised, with the key to provision
	signer := i.QESigner
	if q.QESigner != nil {
		signer = *q.QESigner
	}
	copy(qe[128:], signer[:])
	binary.LittleEndian.PutUint16(qe[256:], qeProduct(q.TDX))
	binary.LittleEndian.PutUint16(qe[258:], q.QESVN)
	bound := sha256.Sum256(append(bytes.Clone(public), authData...))
	copy(qe[320:], bound[:])

	inner := slices.Concat(qe, sign256(m.key, qe), binary.LittleEndian.AppendUint16(nil, uint16(len(authData))), authData,
		binary.LittleEndian.AppendUint16(nil, 5), sized(chainPEM(authority{Certificate: m.Certificate}, i.platforms, i.root)))
	if q.Version > 3 {
		inner = append(binary.LittleEndian.AppendUint16(nil, 6), sized(inner)...)
	}
	return slices.Concat(sign256(key, signed), public, inner)
}

func qeProduct(tdx bool) uint16 {
	if tdx {
		return 2
	}
	return 1
}

func sized(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...)
}

// enclave is the report of an enclave.
func (q Quote) enclave() []byte {
	b := make([]byte, 384)
	b[48] = 0x05
	if q.Debug {
		b[48] |= 2
	}
	copy(b[64:], q.Code[:32])
	copy(b[128:], q.Signer[:])
	copy(b[320:], q.ReportData[:])
	return b
}

// domain is the report of a trust domain.
func (q Quote) domain() []byte {
	b := make([]byte, 584)
	if q.Extended {
		b = make([]byte, 648)
		copy(b[584:], q.TEESVN[:])
	}
	copy(b, q.TEESVN[:])
	if q.Debug {
		b[120] |= 1
	}
	if q.Migratable {
		b[123] |= 1 << 5
	}
	copy(b[64:], q.SEAMSigner[:])
	copy(b[136:], q.Code[:])
	for n, r := range q.RTMR {
		copy(b[328+48*n:], r[:])
	}
	copy(b[520:], q.ReportData[:])
	return b
}

// Statements are what Intel says of its machines, to be signed. The zero ones
// take every level as UpToDate.
type Statements struct {
	At time.Time // zero means [Now]
	// Levels are rows of the TCB info, best first: the least number of every
	// component, and the status.
	Levels []Level
	// QELevels are rows of the QE identity.
	QELevels []Level
	// Module are rows of the TDX module of version 1.
	Module []Level
}

// A Level is a row of a statement.
type Level struct {
	SVN        int
	Status     string
	Date       string // 2026-05-01 when empty
	Advisories []string
}

func (l Level) json(tcb map[string]any) map[string]any {
	date := l.Date
	if date == "" {
		date = "2026-05-01"
	}
	return map[string]any{"tcb": tcb, "tcbDate": date + "T00:00:00Z", "tcbStatus": l.Status, "advisoryIDs": l.Advisories}
}

// Items are what a bundle holds of it: statements for enclaves and for trust
// domains, certificates and revocation lists.
func (i *Intel) Items(s Statements) []attest.Item {
	return slices.Concat([]attest.Item{i.Certificates()}, i.Statements(s), i.Lists(Now))
}

// Certificates are those that sign statements.
func (i *Intel) Certificates() attest.Item { return bundle(i.statements, i.platforms, i.root) }

// Lists are its revocation lists as of a time.
func (i *Intel) Lists(at time.Time, revoked ...*x509.Certificate) []attest.Item {
	return []attest.Item{i.root.list(x509.ECDSAWithSHA256, at, revoked...), i.platforms.list(x509.ECDSAWithSHA256, at, revoked...)}
}

// Platforms is the certificate that signs those of machines.
func (i *Intel) Platforms() *x509.Certificate { return i.platforms.Certificate }

// Statements signs statements.
func (i *Intel) Statements(s Statements) []attest.Item {
	if s.At.IsZero() {
		s.At = Now
	}
	fallback := []Level{{0, "UpToDate", "", nil}}
	for _, levels := range []*[]Level{&s.Levels, &s.QELevels, &s.Module} {
		if *levels == nil {
			*levels = fallback
		}
	}
	var items []attest.Item
	for _, tdx := range []bool{false, true} {
		items = append(items, i.signed(attest.ItemTCBInfo, "tcbInfo", i.tcbInfo(s, tdx)), i.signed(attest.ItemQEIdentity, "enclaveIdentity", i.qeIdentity(s, tdx)))
	}
	return items
}

func (i *Intel) signed(kind attest.ItemKind, name string, body map[string]any) attest.Item {
	raw := must(json.Marshal(body))
	return attest.Item{Kind: kind, Data: fmt.Appendf(nil, `{%q:%s,"signature":"%x"}`, name, raw, sign256(i.statements.key.(*ecdsa.PrivateKey), raw))}
}

func (s Statements) dates(body map[string]any) map[string]any {
	body["issueDate"], body["nextUpdate"] = s.At.Add(-ago).Format(time.RFC3339), s.At.Add(yet).Format(time.RFC3339)
	body["tcbEvaluationDataNumber"] = 17
	return body
}

func (i *Intel) tcbInfo(s Statements, tdx bool) map[string]any {
	var rows, module []map[string]any
	for _, l := range s.Levels {
		components := slices.Repeat([]map[string]any{{"svn": l.SVN}}, 16)
		tcb := map[string]any{"sgxtcbcomponents": components, "pcesvn": l.SVN}
		if tdx {
			tcb["tdxtcbcomponents"] = components
		}
		rows = append(rows, l.json(tcb))
	}
	for _, l := range s.Module {
		module = append(module, l.json(map[string]any{"isvsvn": l.SVN}))
	}
	body := s.dates(map[string]any{"id": "SGX", "version": 3, "fmspc": fmt.Sprintf("%X", i.FMSPC), "pceId": "0000", "tcbType": 0, "tcbLevels": rows})
	if tdx {
		intels := map[string]any{"mrsigner": hex.EncodeToString(make([]byte, 48)), "attributes": "0000000000000000", "attributesMask": "FFFFFFFFFFFFFFFF"}
		body["id"], body["tdxModule"] = "TDX", intels
		body["tdxModuleIdentities"] = []any{map[string]any{"id": "TDX_01", "mrsigner": intels["mrsigner"], "attributes": intels["attributes"], "attributesMask": intels["attributesMask"], "tcbLevels": module}}
	}
	return body
}

func (i *Intel) qeIdentity(s Statements, tdx bool) map[string]any {
	var rows []map[string]any
	for _, l := range s.QELevels {
		rows = append(rows, l.json(map[string]any{"isvsvn": l.SVN}))
	}
	id := map[bool]string{false: "QE", true: "TD_QE"}[tdx]
	return s.dates(map[string]any{
		"id": id, "version": 2, "miscselect": "00000000", "miscselectMask": "FFFFFFFF", "attributes": "11000000000000000000000000000000",
		"attributesMask": "FBFFFFFFFFFFFFFF0000000000000000", "mrsigner": fmt.Sprintf("%X", i.QESigner), "isvprodid": qeProduct(tdx), "tcbLevels": rows,
	})
}
