// Package snp verifies attestation reports of AMD SEV-SNP guests, as Milan,
// Genoa and Turin make them.
package snp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// ReportLength is the length of a report in bytes.
const ReportLength = 0x4A0

// signedLength is what of it the signature covers, and signatureEnd where that
// ends: two numbers of 72 bytes.
const (
	signedLength = 0x2A0
	signatureEnd = signedLength + 2*72
)

// A Report is an attestation report (AMD SEV-SNP Firmware ABI, 56860,
// ATTESTATION_REPORT; numbers are offsets).
type Report struct {
	Version      int      // 0x00
	GuestSVN     uint32   // 0x04
	Policy       uint64   // 0x08: what the guest's owner asked of the machine
	FamilyID     [16]byte // 0x10
	ImageID      [16]byte // 0x20
	VMPL         uint32   // 0x30: privilege level of who asked
	Algorithm    uint32   // 0x34
	CurrentTCB   [8]byte  // 0x38
	PlatformInfo uint64   // 0x40
	SignerInfo   uint32   // 0x48
	ReportData   [64]byte // 0x50
	Measurement  [48]byte // 0x90: digest of the guest as it was loaded
	HostData     [32]byte // 0xC0: the host's word, not the guest's
	IDKey        [48]byte // 0xE0
	AuthorKey    [48]byte // 0x110
	ReportedTCB  [8]byte  // 0x180: the level that the signing key is of
	Family       byte     // 0x188: of the processor, from version 3 on
	Model        byte
	Stepping     byte
	ChipID       [64]byte // 0x1A0
	CommittedTCB [8]byte  // 0x1E0
	LaunchTCB    [8]byte  // 0x1F0: when the guest started
	Signed       []byte
	R, S         [48]byte // 0x2A0, big endian here
}

// ecdsaP384 is the only algorithm that the ABI defines.
const ecdsaP384 = 1

// ParseReport reads a report. Bytes behind it are for [Table].
func ParseReport(b []byte) (*Report, error) {
	if len(b) < ReportLength {
		return nil, fmt.Errorf("SNP report: %d bytes; a report has %d", len(b), ReportLength)
	}
	u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	r := &Report{
		Version: int(u32(b)), GuestSVN: u32(b[0x04:]), Policy: u64(b[0x08:]), FamilyID: [16]byte(b[0x10:]), ImageID: [16]byte(b[0x20:]),
		VMPL: u32(b[0x30:]), Algorithm: u32(b[0x34:]), CurrentTCB: [8]byte(b[0x38:]), PlatformInfo: u64(b[0x40:]), SignerInfo: u32(b[0x48:]),
		ReportData: [64]byte(b[0x50:]), Measurement: [48]byte(b[0x90:]), HostData: [32]byte(b[0xC0:]), IDKey: [48]byte(b[0xE0:]), AuthorKey: [48]byte(b[0x110:]),
		ReportedTCB: [8]byte(b[0x180:]), ChipID: [64]byte(b[0x1A0:]), CommittedTCB: [8]byte(b[0x1E0:]), LaunchTCB: [8]byte(b[0x1F0:]),
		Signed: b[:signedLength:signedLength],
	}
	if r.Version < 2 || r.Version > 5 {
		return nil, fmt.Errorf("SNP report: version %d; 2 to 5 are read: is it an SNP report?", r.Version)
	}
	if r.Algorithm != ecdsaP384 {
		return nil, fmt.Errorf("SNP report: signature of algorithm %d; 1 (ECDSA P-384 with SHA-384) is read", r.Algorithm)
	}
	if r.Version >= 3 {
		r.Family, r.Model, r.Stepping = b[0x188], b[0x189], b[0x18A]
	}
	if tail := b[signatureEnd:ReportLength]; bytes.Count(tail, []byte{0}) != len(tail) {
		return nil, fmt.Errorf("SNP report: the bytes behind the signature, which nobody signs, are not zero")
	}
	var err error
	if r.R, err = number(b[signedLength:]); err == nil {
		r.S, err = number(b[signedLength+72:])
	}
	return r, err
}

// number turns a number of a signature, 72 bytes little endian, round.
func number(b []byte) (n [48]byte, err error) {
	for i := range 72 {
		if i < len(n) {
			n[len(n)-1-i] = b[i]
		} else if b[i] != 0 {
			return n, fmt.Errorf("SNP report: a number of the signature is longer than 48 bytes")
		}
	}
	return n, nil
}

// Bits of the guest's policy, and of who signed.
const (
	policySMT       = 1 << 16
	policyMigrateMA = 1 << 18
	policyDebug     = 1 << 19
	policySingle    = 1 << 20

	signerVCEK = 0
	signerVLEK = 1
)

// signer is the kind of key that signed: of the chip, or that a cloud loaded.
// leastPrivileged is the last level of a guest. Reports that the host asks for
// have a number beyond (SEV-SNP firmware ABI 1.58, SNP_HV_REPORT_REQ).
const leastPrivileged = 3

func (r *Report) signer() int { return int(r.SignerInfo >> 2 & 7) }

// Masked says whether the host hides which chip it is.
func (r *Report) Masked() bool { return r.ChipID == [64]byte{} }

// product is the product line by the processor's model; empty in version 2,
// which does not say it.
func (r *Report) product() string {
	switch {
	case r.Family == 0x19 && r.Model <= 0x0f:
		return "Milan"
	case r.Family == 0x19 && (r.Model >= 0x10 && r.Model <= 0x1f || r.Model >= 0xa0 && r.Model <= 0xaf):
		return "Genoa"
	case r.Family == 0x1a && r.Model <= 0x1f:
		return "Turin"
	}
	return ""
}

// parts names the numbers of a level. Turin orders them anew.
func parts(tcb [8]byte, product string) map[string]int {
	if product == "Turin" {
		return map[string]int{"fmc": int(tcb[0]), "bootloader": int(tcb[1]), "tee": int(tcb[2]), "snp": int(tcb[3]), "microcode": int(tcb[7])}
	}
	return map[string]int{"bootloader": int(tcb[0]), "tee": int(tcb[1]), "snp": int(tcb[6]), "microcode": int(tcb[7])}
}

func (r *Report) claims() attest.Claims {
	h := hex.EncodeToString
	c := attest.Claims{
		Product: r.product(), Version: r.Version, ReportData: h(r.ReportData[:]), Debug: r.Policy&policyDebug != 0,
		Measurements: map[string]string{
			"measurement": h(r.Measurement[:]), "host_data": h(r.HostData[:]), "id_key_digest": h(r.IDKey[:]),
			"author_key_digest": h(r.AuthorKey[:]), "family_id": h(r.FamilyID[:]), "image_id": h(r.ImageID[:]),
		},
		Facts: map[string]string{
			"vmpl": strconv.Itoa(int(r.VMPL)), "guest_svn": strconv.Itoa(int(r.GuestSVN)), "policy": fmt.Sprintf("%#x", r.Policy),
			"smt": strconv.FormatBool(r.Policy&policySMT != 0), "single_socket": strconv.FormatBool(r.Policy&policySingle != 0), "platform_info": fmt.Sprintf("%#x", r.PlatformInfo),
		},
		Chip: attest.Chip{Kind: attest.SNP},
	}
	if !r.Masked() {
		c.Chip.ID = h(r.ChipID[:])
	}
	return c
}
