package attest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
)

// Use is what a root may certify: AMD's key must not vouch for a chip of
// Intel.
type Use string

const (
	AMDChips        Use = "amd-chips"
	IntelChips      Use = "intel-chips" // and Intel's statements about them
	NVIDIADevices   Use = "nvidia-devices"
	NVIDIAManifests Use = "nvidia-manifests" // reference values of drivers and VBIOS
)

// A Root is a public key at which a chain of certificates may end. The
// certificate around it comes with the evidence or the bundle, and may be
// issued anew by its owner; the key is what is pinned.
type Root struct {
	Use  Use
	Name string   // of AMD's: the product line that it stands for
	Key  [32]byte // SHA-256 of the SubjectPublicKeyInfo
}

// RootOf pins the key of a certificate.
func RootOf(use Use, name string, c *x509.Certificate) Root {
	return Root{use, name, sha256.Sum256(c.RawSubjectPublicKeyInfo)}
}

// Roots are the keys that are trusted.
type Roots []Root

// Pinned are the roots of the vendors. Each stood, with the same key, in two
// places that do not copy from each other: Trustee's verifiers and Google's
// go-sev-guest or go-tdx-guest, or NVIDIA's own nvtrust and attestation-sdk.
func Pinned() Roots {
	return Roots{
		pin(AMDChips, "Milan", "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9"),
		pin(AMDChips, "Genoa", "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831"),
		pin(AMDChips, "Turin", "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08"),
		pin(IntelChips, "Intel SGX Root CA", "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e"),
		pin(NVIDIADevices, "NVIDIA Device Identity CA", "a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4"),
		pin(NVIDIAManifests, "NVIDIA CoRIM signing Root CA", "dec1dc316477aa851eebdf51327ae9f864bc8d89254657ed1e7eb9168af1e1a3"),
	}
}

func pin(use Use, name, key string) Root {
	r := Root{Use: use, Name: name}
	if n, err := hex.Decode(r.Key[:], []byte(key)); err != nil || n != len(r.Key) {
		panic("the pinned key of " + name + " is no SHA-256")
	}
	return r
}

// of finds the root that the certificate holds the key of.
func (rs Roots) of(use Use, c *x509.Certificate) (Root, bool) {
	key := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	for _, r := range rs {
		if r.Use == use && r.Key == key {
			return r, true
		}
	}
	return Root{}, false
}
