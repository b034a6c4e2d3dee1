package intel

import (
	"encoding/binary"
	"fmt"
)

// An Enclave is the report of an SGX enclave (REPORT without key id and MAC).
type Enclave struct {
	CPUSVN     [16]byte
	MiscSelect [4]byte
	Attributes [16]byte // of which bit 1 is debug
	MREnclave  [32]byte // digest of the enclave
	MRSigner   [32]byte // digest of its signer's key
	ProdID     uint16
	SVN        uint16
	ReportData [64]byte
}

// ParseEnclave reads the report of an enclave.
func ParseEnclave(b []byte) (*Enclave, error) {
	if len(b) != EnclaveLength {
		return nil, fmt.Errorf("report of an enclave: %d bytes; it has %d", len(b), EnclaveLength)
	}
	return &Enclave{
		CPUSVN: [16]byte(b[0:]), MiscSelect: [4]byte(b[16:]), Attributes: [16]byte(b[48:]),
		MREnclave: [32]byte(b[64:]), MRSigner: [32]byte(b[128:]),
		ProdID: binary.LittleEndian.Uint16(b[256:]), SVN: binary.LittleEndian.Uint16(b[258:]), ReportData: [64]byte(b[320:]),
	}, nil
}

// Debug says whether the host can read the enclave.
func (e *Enclave) Debug() bool { return e.Attributes[0]&2 != 0 }
