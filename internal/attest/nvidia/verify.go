package nvidia

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Verify judges the report of a GPU. An error says that the evidence is none.
func Verify(e attest.Evidence, o attest.Options) (*attest.Verdict, error) {
	r, err := ParseReport(e.Report)
	if err != nil {
		return nil, err
	}
	x := attest.Examine(e, o)
	x.Claims = claims(r)
	if leaf := signer(x, r); leaf != nil {
		x.Claims.Chip.ID = identity(leaf)
		product(x, leaf.Certificate())
		firmware(x, r, leaf.Certificate())
		// The GPU itself certifies its leaf, anew at each start; nobody can
		// revoke that but by revoking the GPU.
		x.Revocation(leaf, 1)
		compare(x, r)
	}
	mode(x, e.Mode)
	return x.Finish(), nil
}

func claims(r *Report) attest.Claims {
	c := attest.Claims{
		Version: version11, ReportData: hex.EncodeToString(r.Nonce[:]), Measurements: map[string]string{}, Chip: attest.Chip{Kind: attest.NVIDIA},
		Facts: map[string]string{"driver": r.Driver(), "vbios": r.VBIOS()},
	}
	for i, m := range r.Measurements {
		c.Measurements[fmt.Sprintf("%02d", i-1)] = hex.EncodeToString(m)
	}
	if f := r.feature(); f != "" {
		c.Facts["feature"] = f
	}
	return c
}

// signer finds the certificate whose key signed the report, and its way to the
// root.
func signer(x *attest.Exam, r *Report) *attest.Leaf {
	fault := fmt.Errorf("no certificate of the GPU was given: the driver hands out the chain with the report")
	candidates := x.Brought()
	if len(candidates) == 0 { // the bundle of a fleet has others by the thousand
		candidates = x.Certificates()
	}
	for _, c := range candidates {
		if c.IsCA {
			continue
		}
		if fault = verifyP384(c, r.Signed, r.Signature[:]); fault != nil {
			continue
		}
		leaf, err := x.Chain(attest.NVIDIADevices, c)
		if !x.Proved(leaf, err) {
			return nil
		}
		x.Pass(attest.CheckSignature, "the GPU signed the report")
		return leaf
	}
	x.Refuse(attest.CheckSignature, "", "none of the certificates is of a key that signed the report: %v", fault)
	return nil
}

// hopper begins the names that NVIDIA certifies for GPUs of that kind: H100,
// H200 and GH200. Its switches have certificates below the same root, and must
// not pass for GPUs.
const hopper = "GH100 "

func product(x *attest.Exam, leaf *x509.Certificate) {
	name := leaf.Subject.CommonName
	x.Claims.Product, _, _ = strings.Cut(name, " ")
	if !strings.HasPrefix(name, hopper) {
		x.Refuse(attest.CheckKind, "", "the device is %q; only Hopper GPUs (%s) are verified here", name, strings.TrimSpace(hopper))
	}
}

// identity is the SHA-256 of the public key that NVIDIA certified for the GPU
// when it was made. The leaf below it changes with the firmware.
func identity(l *attest.Leaf) string {
	sum := sha256.Sum256(l.Chain[min(1, len(l.Chain)-1)].RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

var firmwareExtension = asn1.ObjectIdentifier{2, 23, 133, 5, 4, 1} // TCG DICE

// firmware asks that the firmware that the report names is that for which the
// GPU certified the signing key. The digest ends the extension.
func firmware(x *attest.Exam, r *Report, leaf *x509.Certificate) {
	said, ok := r.Fields[FieldFWID]
	if !ok {
		return // older firmware does not name itself
	}
	for _, e := range leaf.Extensions {
		if e.Id.Equal(firmwareExtension) && len(said) > 0 && bytes.HasSuffix(e.Value, said) {
			return
		}
	}
	x.Refuse(attest.CheckSignature, "", "the report names firmware %x, for which the GPU did not certify the key", said)
}

// mode judges what the guest says of the GPU's mode, since no report does. What
// newer firmware signs is only how several GPUs are used together.
func mode(x *attest.Exam, said attest.Mode) {
	switch feature := x.Claims.Facts["feature"]; {
	case feature == protectedPCIe:
		x.Refuse(attest.CheckMode, attest.AcceptPlainLinks, "the GPU is in protected PCIe mode: what passes between GPUs over NVLink is not encrypted")
	case feature != "" && !slices.Contains(features, feature):
		x.Unknown(attest.CheckMode, attest.AcceptUnknownMode, "the GPU is used in a way (%s) that is not known here: use one of %q, or a newer version of this program", feature, features)
	}
	switch {
	case said == "":
		x.Unknown(attest.CheckMode, attest.AcceptUnknownMode, "nobody said whether the GPU is in confidential mode, and its report does not: let the guest read it from the driver and send it along")
	case said != attest.ModeOn:
		x.Refuse(attest.CheckMode, "", "confidential mode is %q: the GPU's memory can be read from outside; set it to on", said)
	case x.GuestVerified:
		x.Pass(attest.CheckMode, "the guest, which is verified itself, says that confidential mode is on")
	default:
		x.Unknown(attest.CheckMode, attest.AcceptGuestMode, "the guest says that confidential mode is on, but is not verified itself: verify it together with its GPU")
	}
}

// compare holds the measurements against the manifests of driver and VBIOS.
func compare(x *attest.Exam, r *Report) {
	golden := map[int][]string{}
	for _, name := range []string{"driver", "vbios"} {
		m := manifest(x, name, x.Claims.Facts[name])
		if m == nil {
			continue
		}
		if len(m.Values) == 0 {
			x.Unknown(attest.CheckMeasurement, "", "NVIDIA's manifest of %s %s names no measurement, so nothing of it was compared", name, m.Version)
		}
		for i, values := range m.Values {
			if golden[i] != nil {
				x.Refuse(attest.CheckMeasurement, "", "the manifests of driver and VBIOS both speak of measurement %d", i)
			}
			golden[i] = values
		}
	}
	var bad []int
	for _, i := range slices.Sorted(maps.Keys(golden)) {
		if i == nvdec && bytes.Equal(r.Fields[FieldNVDEC0], []byte{fusedOff}) {
			continue
		}
		if !slices.Contains(golden[i], hex.EncodeToString(r.Measurements[i+1])) {
			bad = append(bad, i)
		}
	}
	switch {
	case len(bad) > 0:
		x.Refuse(attest.CheckMeasurement, "", "measurements %v differ from NVIDIA's manifests: other firmware runs, or developer tools are on", bad)
	case len(golden) > 0:
		x.Pass(attest.CheckMeasurement, "%d measurements are as NVIDIA's manifests say", len(golden))
	}
}

// The measurement of the decoder, and what the GPU says when it has none.
const (
	nvdec    = 35
	fusedOff = 0x55
)

// manifest is the newest that NVIDIA signed for a version of driver or VBIOS.
func manifest(x *attest.Exam, name, version string) *Manifest {
	var fitting []*Manifest
	var faults []string
	for _, document := range x.Collateral.Documents(attest.ItemManifest) {
		if !mentions(document, version) { // those of a fleet are many, and each is signed
			continue
		}
		m, err := attest.Parsed(x.Collateral, document, ParseManifest)
		if err != nil {
			faults = append(faults, "; "+err.Error())
		} else if strings.EqualFold(m.Version, version) && strings.EqualFold(m.Product, strings.TrimSpace(hopper)) {
			// drivers for other GPUs and for switches have the same versions
			fitting = append(fitting, m)
		}
	}
	if len(fitting) == 0 {
		x.Unknown(attest.CheckMeasurement, attest.AcceptNoManifest, "the bundle has no manifest of %s %q; make one with `bailiwick attest collateral fetch`%s", name, version, strings.Join(faults, ""))
		return nil
	}
	slices.SortStableFunc(fitting, func(a, b *Manifest) int { return b.Signer.NotBefore.Compare(a.Signer.NotBefore) })
	var fault error
	for _, m := range fitting {
		x.Bring(m.Chain...)
		leaf, err := x.Chain(attest.NVIDIAManifests, m.Signer)
		if err != nil { // anybody may have put it into the bundle
			fault = cmp.Or(fault, err)
			continue
		}
		x.Pass(attest.CheckCollateral, "NVIDIA signed the manifest of %s %s", name, version)
		x.Revocation(leaf, 0)
		return m
	}
	x.Refuse(attest.CheckCollateral, "", "the manifest of %s %s: %v", name, version, fault)
	return nil
}

// mentions says whether a document has the version in it, by whatever case. It
// may be another's all the same.
func mentions(document []byte, version string) bool {
	return bytes.Contains(bytes.ToLower(document), []byte(strings.ToLower(version)))
}
