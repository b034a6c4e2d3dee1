package intel

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A Platform is what Intel certified of a machine in its PCK certificate
// (Intel SGX PCK Certificate and CRL Profile Specification, 1.3.5).
type Platform struct {
	PPID   []byte // names the machine
	FMSPC  []byte // names its model
	PCEID  []byte
	SVN    [16]int // security versions of components
	PCESVN int
}

var sgxExtension = asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}

// maxFields bounds the fields of the extension; eight are defined, and
// eighteen of the level.
const maxFields = 32

type field struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue
}

// ParsePlatform reads the SGX extension of a PCK certificate.
func ParsePlatform(c *x509.Certificate) (*Platform, error) {
	for _, e := range c.Extensions {
		if e.Id.Equal(sgxExtension) {
			return parseExtension(e.Value)
		}
	}
	return nil, fmt.Errorf("the certificate of %q has no SGX extension: it is no PCK certificate", c.Subject.CommonName)
}

func parseExtension(der []byte) (*Platform, error) {
	fields, err := fieldsOf(der)
	if err != nil {
		return nil, err
	}
	p := &Platform{}
	for _, f := range fields {
		if len(f.ID) != len(sgxExtension)+1 || !f.ID[:len(sgxExtension)].Equal(sgxExtension) {
			continue
		}
		switch f.ID[len(sgxExtension)] {
		case 1:
			p.PPID, err = octets(f, 16)
		case 2:
			err = p.level(f.Value.FullBytes)
		case 3:
			p.PCEID, err = octets(f, 2)
		case 4:
			p.FMSPC, err = octets(f, 6)
		}
		if err != nil {
			return nil, err
		}
	}
	if p.PPID == nil || p.PCEID == nil || p.FMSPC == nil {
		return nil, fmt.Errorf("the SGX extension of the PCK certificate lacks PPID, PCEID or FMSPC")
	}
	return p, nil
}

func (p *Platform) level(der []byte) error {
	fields, err := fieldsOf(der)
	if err != nil {
		return err
	}
	for _, f := range fields {
		n := f.ID[len(f.ID)-1]
		var v int
		if n < 1 || n > 17 {
			continue
		}
		if _, err := asn1.Unmarshal(f.Value.FullBytes, &v); err != nil || v < 0 {
			return fmt.Errorf("the SGX extension of the PCK certificate: security version %d is no number", n)
		}
		if n == 17 {
			p.PCESVN = v
		} else {
			p.SVN[n-1] = v
		}
	}
	return nil
}

func fieldsOf(der []byte) ([]field, error) {
	var fields []field
	rest, err := asn1.Unmarshal(der, &fields)
	if err != nil || len(rest) > 0 || len(fields) > maxFields {
		return nil, fmt.Errorf("the SGX extension of the PCK certificate is no list of fields: %v", err)
	}
	return fields, nil
}

func octets(f field, n int) ([]byte, error) {
	var b []byte
	if rest, err := asn1.Unmarshal(f.Value.FullBytes, &b); err != nil || len(rest) > 0 || len(b) != n {
		return nil, fmt.Errorf("the SGX extension of the PCK certificate: field %v has not %d bytes", f.ID, n)
	}
	return bytes.Clone(b), nil
}

// Chip is how a policy and a list of places name the machine. The PPID is
// left out where Intel did: that machine cannot be told from others.
func (p *Platform) Chip(kind attest.Kind) attest.Chip {
	c := attest.Chip{Kind: kind, Family: hex.EncodeToString(p.FMSPC)}
	if bytes.Count(p.PPID, []byte{0}) < len(p.PPID) {
		c.ID = hex.EncodeToString(p.PPID)
	}
	return c
}
