// Package intel reads and verifies what the quotes of SGX and TDX share: the
// signature of the quoting enclave, the certificate of the platform (PCK) and
// Intel's statements on levels and enclaves.
//
// Formats: Intel SGX ECDSA QuoteLibReference DCAP API (quote 3, sections
// A.3 and A.4) and Intel TDX DCAP Quoting Library API (quotes 4 and 5,
// appendix A).
package intel

import (
	"encoding/binary"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest/cut"
)

// TEE is the kind of the body of a quote.
type TEE uint32

const (
	TEESGX TEE = 0x00
	TEETDX TEE = 0x81
)

// Lengths of parts, in bytes.
const (
	headerLength    = 48
	EnclaveLength   = 384 // report of an enclave
	TD10Length      = 584 // report of a trust domain, module 1.0
	TD15Length      = 648 // and of module 1.5
	signatureLength = 64
	publicKeyLength = 64
)

// Body types of quote 5.
const (
	bodyEnclave = 1
	bodyTD10    = 2
	bodyTD15    = 3
)

// Kinds of certification data.
const (
	certPCKChain   = 5 // PEM
	certQEReport   = 6 // report of the quoting enclave, around another
	attestationKey = 2 // ECDSA with P-256 and SHA-256
)

// A Quote is a quote cut into its parts. The slices are of the input.
type Quote struct {
	Version int
	TEE     TEE
	Header  []byte // 48 bytes
	Body    []byte // report of the enclave or of the trust domain
	Signed  []byte // what the attestation key signed: header to body
	// Signature and Key are of the attestation key, P-256, as two 32-byte
	// numbers, big endian.
	Signature, Key []byte
	// QEReport is the report of the quoting enclave, signed by the platform;
	// it binds Key and QEAuth by their hash.
	QEReport, QESignature, QEAuth []byte
	// Chain is the certificates of the platform in PEM.
	Chain []byte
}

// Parse cuts a quote of version 3, 4 or 5 into its parts. Bytes behind it are
// passed over: guests hand out quotes in larger buffers.
func Parse(b []byte) (*Quote, error) {
	r := cut.New("quote", b)
	q := &Quote{Header: r.Take("header", headerLength)}
	if r.Err() != nil {
		return nil, r.Err()
	}
	q.Version = int(binary.LittleEndian.Uint16(q.Header))
	q.TEE = TEE(binary.LittleEndian.Uint32(q.Header[4:]))
	if q.Version < 3 || q.Version > 5 {
		return nil, fmt.Errorf("quote: version %d; 3, 4 and 5 are read: is it a quote of SGX or TDX?", q.Version)
	}
	if q.Version == 3 {
		q.TEE = TEESGX // the field is reserved there
	}
	if k := binary.LittleEndian.Uint16(q.Header[2:]); k != attestationKey {
		return nil, fmt.Errorf("quote: attestation key of type %d; 2 (ECDSA, P-256) is read", k)
	}
	length, err := q.bodyLength(r)
	if err != nil {
		return nil, err
	}
	q.Body = r.Take("body", length)
	q.Signed = r.Read()
	return q, q.auth(r.Box("signature data"))
}

func (q *Quote) bodyLength(r *cut.Reader) (int, error) {
	if q.Version < 5 {
		switch q.TEE {
		case TEESGX:
			return EnclaveLength, nil
		case TEETDX:
			return TD10Length, nil
		}
		return 0, fmt.Errorf("quote: TEE type %#x; 0 (SGX) and 0x81 (TDX) are known", uint32(q.TEE))
	}
	kind, size := r.Uint16("type of the body"), r.Uint32("size of the body")
	if r.Err() != nil {
		return 0, r.Err()
	}
	known := map[int]struct {
		tee  TEE
		size int64
	}{bodyEnclave: {TEESGX, EnclaveLength}, bodyTD10: {TEETDX, TD10Length}, bodyTD15: {TEETDX, TD15Length}}
	if known[kind].size == 0 || known[kind].size != size || known[kind].tee != q.TEE {
		return 0, fmt.Errorf("quote: body of type %d with %d bytes in a quote of TEE %#x: no such body is known", kind, size, uint32(q.TEE))
	}
	return int(size), nil
}

// auth reads the signature data: flat in version 3, with the quoting
// enclave's part in a box of its own from version 4 on.
func (q *Quote) auth(r *cut.Reader) error {
	q.Signature = r.Take("signature", signatureLength)
	q.Key = r.Take("attestation key", publicKeyLength)
	if q.Version > 3 {
		if kind := r.Uint16("kind of certification data"); kind != certQEReport {
			r.Fail("certification data of kind %d; 6 (report of the quoting enclave) is read", kind)
		}
		r = r.Box("certification data")
	}
	q.QEReport = r.Take("report of the quoting enclave", EnclaveLength)
	q.QESignature = r.Take("signature of the platform", signatureLength)
	q.QEAuth = r.Take("data of the quoting enclave", r.Uint16("size of the data of the quoting enclave"))
	if kind := r.Uint16("kind of certificates"); kind != certPCKChain {
		r.Fail("the platform is certified by data of kind %d; 5 (chain of certificates) is read: let the platform's quote provider add the PCK chain", kind)
	}
	chain := r.Box("certificates")
	q.Chain = chain.Rest()
	return chain.Err()
}
