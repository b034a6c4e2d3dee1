package kbs

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/snp"
)

// Guests with SEV-SNP do not send the report that the chip signed, but its
// fields, as the Rust crate sev serialises them. The signature covers the
// report's bytes, so they are laid out again here: a field that is written
// wrongly ends as a wrong signature, never as a good one.

type snpEvidence struct {
	Report snpReport          `json:"attestation_report"`
	Chain  []certificateEntry `json:"cert_chain"`
}

type certificateEntry struct {
	Type json.RawMessage `json:"cert_type"` // a string, or {"OTHER": GUID}
	Data octets          `json:"data"`
}

type snpReport struct {
	Version       uint32  `json:"version"`
	GuestSVN      uint32  `json:"guest_svn"`
	Policy        uint64  `json:"policy"`
	FamilyID      octets  `json:"family_id"`
	ImageID       octets  `json:"image_id"`
	VMPL          uint32  `json:"vmpl"`
	Algorithm     uint32  `json:"sig_algo"`
	Current       snpTCB  `json:"current_tcb"`
	Platform      uint64  `json:"plat_info"`
	Key           uint32  `json:"key_info"`
	ReportData    octets  `json:"report_data"`
	Measurement   octets  `json:"measurement"`
	HostData      octets  `json:"host_data"`
	IDKey         octets  `json:"id_key_digest"`
	AuthorKey     octets  `json:"author_key_digest"`
	ReportID      octets  `json:"report_id"`
	AgentID       octets  `json:"report_id_ma"`
	Reported      snpTCB  `json:"reported_tcb"`
	Family        *byte   `json:"cpuid_fam_id"`
	Model         *byte   `json:"cpuid_mod_id"`
	Stepping      *byte   `json:"cpuid_step"`
	ChipID        octets  `json:"chip_id"`
	Committed     snpTCB  `json:"committed_tcb"`
	CurrentBuild  snpFW   `json:"current"`
	CommittedFW   snpFW   `json:"committed"`
	Launch        snpTCB  `json:"launch_tcb"`
	LaunchVector  *uint64 `json:"launch_mit_vector"`
	CurrentVector *uint64 `json:"current_mit_vector"`
	Signature     struct {
		R octets `json:"r"`
		S octets `json:"s"`
	} `json:"signature"`
}

// snpTCB is a level. Chips from Turin on have an FMC, and their bytes in
// another order.
type snpTCB struct {
	FMC        *byte `json:"fmc"`
	Bootloader byte  `json:"bootloader"`
	TEE        byte  `json:"tee"`
	SNP        byte  `json:"snp"`
	Microcode  byte  `json:"microcode"`
}

func (t *snpTCB) bytes() []byte {
	if t.FMC != nil {
		return []byte{*t.FMC, t.Bootloader, t.TEE, t.SNP, 0, 0, 0, t.Microcode}
	}
	return []byte{t.Bootloader, t.TEE, 0, 0, 0, 0, t.SNP, t.Microcode}
}

type snpFW struct {
	Major byte `json:"major"`
	Minor byte `json:"minor"`
	Build byte `json:"build"`
}

// octets are bytes as an array of numbers.
type octets []byte

// UnmarshalJSON reads them. (encoding/json takes []uint8 for base64.)
func (o *octets) UnmarshalJSON(b []byte) error {
	var wide []uint16
	if err := json.Unmarshal(b, &wide); err != nil {
		return err
	}
	*o = make(octets, len(wide))
	for i, n := range wide {
		if n > 255 {
			return fmt.Errorf("%d is no byte", n)
		}
		(*o)[i] = byte(n)
	}
	return nil
}

func readSNP(raw json.RawMessage) (attest.Evidence, error) {
	var e snpEvidence
	if err := json.Unmarshal(raw, &e); err != nil {
		return attest.Evidence{}, err
	}
	report, err := e.Report.layout()
	if err != nil {
		return attest.Evidence{}, fmt.Errorf("attestation_report: %w", err)
	}
	certs, err := chain(e.Chain)
	if err != nil {
		return attest.Evidence{}, err
	}
	return attest.Evidence{Kind: attest.SNP, Report: report, Certificates: certs}, nil
}

// layout is the report as the chip signed it (AMD 56860, table ATTESTATION_REPORT).
func (r *snpReport) layout() ([]byte, error) {
	b := make([]byte, snp.ReportLength)
	put32, put64 := binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint64
	var wrong error
	put := func(at int, what octets, size int) {
		if len(what) != size {
			wrong = errors.Join(wrong, fmt.Errorf("a field at %#x has %d bytes, not %d", at, len(what), size))
			return
		}
		copy(b[at:], what)
	}
	put32(b, r.Version)
	put32(b[0x04:], r.GuestSVN)
	put64(b[0x08:], r.Policy)
	put(0x10, r.FamilyID, 16)
	put(0x20, r.ImageID, 16)
	put32(b[0x30:], r.VMPL)
	put32(b[0x34:], r.Algorithm)
	copy(b[0x38:], r.Current.bytes())
	put64(b[0x40:], r.Platform)
	put32(b[0x48:], r.Key)
	put(0x50, r.ReportData, 64)
	put(0x90, r.Measurement, 48)
	put(0xC0, r.HostData, 32)
	put(0xE0, r.IDKey, 48)
	put(0x110, r.AuthorKey, 48)
	put(0x140, r.ReportID, 32)
	put(0x160, r.AgentID, 32)
	copy(b[0x180:], r.Reported.bytes())
	for i, id := range []*byte{r.Family, r.Model, r.Stepping} {
		if id != nil {
			b[0x188+i] = *id
		}
	}
	put(0x1A0, r.ChipID, 64)
	copy(b[0x1E0:], r.Committed.bytes())
	copy(b[0x1E8:], []byte{r.CurrentBuild.Build, r.CurrentBuild.Minor, r.CurrentBuild.Major, 0})
	copy(b[0x1EC:], []byte{r.CommittedFW.Build, r.CommittedFW.Minor, r.CommittedFW.Major, 0})
	copy(b[0x1F0:], r.Launch.bytes())
	if r.LaunchVector != nil {
		put64(b[0x1F8:], *r.LaunchVector)
	}
	if r.CurrentVector != nil {
		put64(b[0x200:], *r.CurrentVector)
	}
	put(0x2A0, r.Signature.R, 72)
	put(0x2A0+72, r.Signature.S, 72)
	return b, wrong
}
