// Package tdx verifies quotes of Intel TDX, versions 4 and 5.
package tdx

import (
	"encoding/hex"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/intel"
)

// A Report is the report of a trust domain (Intel TDX DCAP Quoting Library
// API, A.3.2 and A.3.3; numbers are offsets).
type Report struct {
	TCBSVN         [16]byte // 0: security versions of the module and its loader
	MRSeam         [48]byte // 16: digest of the module
	MRSignerSeam   [48]byte // 64: zeros when it is Intel's
	SeamAttributes [8]byte  // 112
	Attributes     [8]byte  // 120: of which bit 0 is debug
	XFAM           [8]byte  // 128: processor features that the guest may use
	MRTD           [48]byte // 136: digest of the guest as it was loaded
	MRConfigID     [48]byte // 184
	MROwner        [48]byte // 232
	MROwnerConfig  [48]byte // 280
	RTMR           [4][48]byte
	ReportData     [64]byte // 520
	// Module 1.5 has more.
	TCBSVN2     [16]byte // 584: as of now, while TCBSVN is of the guest's start
	MRServiceTD [48]byte // 600: what agents may move the guest
	Extended    bool
}

// ParseReport reads the report of a trust domain.
func ParseReport(b []byte) (*Report, error) {
	if len(b) != intel.TD10Length && len(b) != intel.TD15Length {
		return nil, fmt.Errorf("report of a trust domain: %d bytes; it has %d or %d", len(b), intel.TD10Length, intel.TD15Length)
	}
	r := &Report{
		TCBSVN: [16]byte(b), MRSeam: [48]byte(b[16:]), MRSignerSeam: [48]byte(b[64:]), SeamAttributes: [8]byte(b[112:]),
		Attributes: [8]byte(b[120:]), XFAM: [8]byte(b[128:]), MRTD: [48]byte(b[136:]),
		MRConfigID: [48]byte(b[184:]), MROwner: [48]byte(b[232:]), MROwnerConfig: [48]byte(b[280:]), ReportData: [64]byte(b[520:]),
	}
	for i := range r.RTMR {
		r.RTMR[i] = [48]byte(b[328+48*i:])
	}
	if r.Extended = len(b) == intel.TD15Length; r.Extended {
		r.TCBSVN2, r.MRServiceTD = [16]byte(b[584:]), [48]byte(b[600:])
	}
	return r, nil
}

// attributeMigrate is bit 29 of the attributes, in their fourth byte.
const attributeMigrate = 1 << 5

// Debug says whether the host can read the guest. All bits of the first byte
// are reserved for what makes a guest untrusted, so any of them counts.
func (r *Report) Debug() bool { return r.Attributes[0] != 0 }

// Migratable says whether a service domain may move the guest elsewhere.
func (r *Report) Migratable() bool { return r.Attributes[3]&attributeMigrate != 0 }

func (r *Report) claims(version int) attest.Claims {
	h := hex.EncodeToString
	c := attest.Claims{
		Product: "TDX", Version: version, ReportData: h(r.ReportData[:]), Debug: r.Debug(),
		Measurements: map[string]string{
			"mrtd": h(r.MRTD[:]), "mrconfigid": h(r.MRConfigID[:]), "mrowner": h(r.MROwner[:]), "mrownerconfig": h(r.MROwnerConfig[:]),
			"mrseam": h(r.MRSeam[:]), "mrsignerseam": h(r.MRSignerSeam[:]),
		},
		Facts: map[string]string{"attributes": h(r.Attributes[:]), "xfam": h(r.XFAM[:])},
	}
	for i := range r.RTMR {
		c.Measurements[fmt.Sprintf("rtmr%d", i)] = h(r.RTMR[i][:])
	}
	if r.Extended {
		c.Measurements["mrservicetd"] = h(r.MRServiceTD[:])
	}
	c.TCB.Parts = map[string]int{"module": int(r.TCBSVN[0]), "module-version": int(r.TCBSVN[1]), "microcode": int(r.TCBSVN[2])}
	return c
}
