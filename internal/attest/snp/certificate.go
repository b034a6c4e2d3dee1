package snp

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
)

// An Endorsement is what AMD certified of the key that signs reports: a
// chip's (VCEK) or one that it let a cloud load into its chips (VLEK).
// AMD VCEK Certificate and KDS Interface Specification, 57230, table 8.
type Endorsement struct {
	Product string         // Milan-B0
	Levels  map[string]int // by part, as [parts] names them
	ChipID  []byte         // VCEK: 64 bytes, 8 of Turin
	Cloud   string         // VLEK: which cloud
}

var amdExtension = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 3704, 1}

var chipExtension = append(slices.Clone(amdExtension), 4)

// Extensions below amdExtension.
var amdFields = map[string]string{"2": "product", "3.1": "bootloader", "3.2": "tee", "3.3": "snp", "3.8": "microcode", "3.9": "fmc", "4": "chip", "5": "cloud"}

// ParseEndorsement reads the extensions of a certificate of AMD.
func ParseEndorsement(c *x509.Certificate) (*Endorsement, error) {
	e := &Endorsement{Levels: map[string]int{}}
	for _, x := range c.Extensions {
		if len(x.Id) <= len(amdExtension) || !x.Id[:len(amdExtension)].Equal(amdExtension) {
			continue
		}
		var err error
		switch field := amdFields[strings.TrimPrefix(x.Id.String(), amdExtension.String()+".")]; field {
		case "":
		case "product":
			e.Product, err = text(x.Value)
		case "cloud":
			e.Cloud, err = text(x.Value)
		case "chip":
			e.ChipID, err = chip(x.Value)
		default:
			var n int
			if _, err = asn1.Unmarshal(x.Value, &n); err == nil && (n < 0 || n > 255) {
				err = fmt.Errorf("%d is no security version", n)
			}
			e.Levels[field] = n
		}
		if err != nil {
			return nil, fmt.Errorf("certificate of %q: extension %v: %w", c.Subject.CommonName, x.Id, err)
		}
	}
	if e.Product == "" || len(e.Levels) < 4 {
		return nil, fmt.Errorf("the certificate of %q lacks AMD's extensions: it is no VCEK or VLEK", c.Subject.CommonName)
	}
	return e, nil
}

func text(der []byte) (string, error) {
	var s string
	_, err := asn1.UnmarshalWithParams(der, &s, "ia5")
	return s, err
}

// chip takes the bytes as AMD writes them, without a tag, and with one.
func chip(b []byte) ([]byte, error) {
	if len(b) == 64 || len(b) == 8 {
		return b, nil
	}
	var id []byte
	if _, err := asn1.Unmarshal(b, &id); err != nil || len(id) != 64 && len(id) != 8 {
		return nil, fmt.Errorf("the chip's id has not 64 or 8 bytes")
	}
	return id, nil
}
