package snp

import (
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Sizes of the table of certificates that an extended report ends with
// (AMD GHCB specification, 56421, SNP Extended Guest Request).
const (
	rowLength = 24
	maxRows   = 32
)

// certificateRows are the rows of the table that are certificates, by their
// GUID as its bytes are ordered.
var certificateRows = map[string]bool{
	"63da758de6644564adc5f4b93be8accd": true, // VCEK
	"a8074bc2a25a483eaae639c045a0b8a1": true, // VLEK
	"4ab7b379bbac4fe4a02f05aef327c782": true, // ASK, and ASVK
	"c0b406a4a803495297433fb6014cd0ae": true, // ARK
}

// Table reads the certificates that a host handed out with a report.
func Table(b []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for row := 0; len(b) >= (row+1)*rowLength && row < maxRows; row++ {
		r := b[row*rowLength : (row+1)*rowLength]
		at, n := binary.LittleEndian.Uint32(r[16:]), binary.LittleEndian.Uint32(r[20:])
		guid := hex.EncodeToString(r[:16])
		if guid == "00000000000000000000000000000000" && at == 0 && n == 0 {
			break
		}
		if uint64(at)+uint64(n) > uint64(len(b)) {
			return nil, fmt.Errorf("table of certificates: row %d points behind the end", row+1)
		}
		if !certificateRows[guid] {
			continue
		}
		c, err := x509.ParseCertificate(b[at : at+n])
		if err != nil {
			return nil, fmt.Errorf("table of certificates: row %d: %w", row+1, err)
		}
		certs = append(certs, c)
	}
	return certs, nil
}
