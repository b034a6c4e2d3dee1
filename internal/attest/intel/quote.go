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
	r := reader{b: b}
	q := &Quote{Header: r.take("header", headerLength)}
	if r.err != nil {
		return nil, r.err
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
	length, err := q.bodyLength(&r)
	if err != nil {
		return nil, err
	}
	q.Body = r.take("body", length)
	q.Signed = b[:r.at]
	auth := reader{b: r.sized32("signature data")}
	if r.err != nil {
		return nil, r.err
	}
	q.auth(&auth)
	return q, auth.err
}

func (q *Quote) bodyLength(r *reader) (int, error) {
	if q.Version < 5 {
		switch q.TEE {
		case TEESGX:
			return EnclaveLength, nil
		case TEETDX:
			return TD10Length, nil
		}
		return 0, fmt.Errorf("quote: TEE type %#x; 0 (SGX) and 0x81 (TDX) are known", uint32(q.TEE))
	}
	b := r.take("type and size of the body", 6)
	if r.err != nil {
		return 0, r.err
	}
	kind, size := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint32(b[2:])
	known := map[uint16]struct {
		tee  TEE
		size uint32
	}{bodyEnclave: {TEESGX, EnclaveLength}, bodyTD10: {TEETDX, TD10Length}, bodyTD15: {TEETDX, TD15Length}}
	if known[kind].size == 0 || known[kind].size != size || known[kind].tee != q.TEE {
		return 0, fmt.Errorf("quote: body of type %d with %d bytes in a quote of TEE %#x: no such body is known", kind, size, uint32(q.TEE))
	}
	return int(size), nil
}

// auth reads the signature data: flat in version 3, with the quoting
// enclave's part in a box of its own from version 4 on.
func (q *Quote) auth(r *reader) {
	q.Signature = r.take("signature", signatureLength)
	q.Key = r.take("attestation key", publicKeyLength)
	if q.Version > 3 {
		kind := r.uint16("kind of certification data")
		box := r.sized32("certification data")
		if r.err == nil && kind != certQEReport {
			r.err = fmt.Errorf("quote: certification data of kind %d; 6 (report of the quoting enclave) is read", kind)
		}
		if r.err != nil {
			return
		}
		*r = reader{b: box}
	}
	q.QEReport = r.take("report of the quoting enclave", EnclaveLength)
	q.QESignature = r.take("signature of the platform", signatureLength)
	q.QEAuth = r.take("data of the quoting enclave", int(r.uint16("size of the data of the quoting enclave")))
	kind := r.uint16("kind of certificates")
	q.Chain = r.sized32("certificates")
	if r.err == nil && kind != certPCKChain {
		r.err = fmt.Errorf("quote: the platform is certified by data of kind %d; 5 (chain of certificates) is read: let the platform's quote provider add the PCK chain", kind)
	}
}

// reader cuts bytes. After the first fault it gives nothing more.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) take(what string, n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.b)-r.at {
		r.err = fmt.Errorf("quote: cut off in the %s: %d bytes wanted, %d are left", what, n, len(r.b)-r.at)
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at : r.at]
}

func (r *reader) uint16(what string) uint16 {
	if b := r.take(what, 2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) sized32(what string) []byte {
	b := r.take("size of the "+what, 4)
	if b == nil {
		return nil
	}
	n := binary.LittleEndian.Uint32(b)
	if n > 1<<24 {
		r.err = fmt.Errorf("quote: the %s claims to have %d bytes", what, n)
		return nil
	}
	return r.take(what, int(n))
}
