// Package nvidia verifies the measurements of NVIDIA GPUs, as Hopper makes
// them (SPDM 1.1), against the manifests that NVIDIA signs for each driver and
// VBIOS.
package nvidia

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/attest/cut"
)

// A Report is a request and its answer, GET_MEASUREMENTS and MEASUREMENTS of
// SPDM 1.1 (DMTF DSP0274, 10.11). The GPU signs both, so the requester's
// nonce is in what is signed.
type Report struct {
	Nonce        [32]byte         // of the requester
	Measurements map[int][]byte   // by index, from 1
	Fields       map[Field][]byte // what NVIDIA adds
	Signed       []byte
	Signature    [96]byte // ECDSA P-384, two numbers, big endian
}

// Field is what a field of the opaque data is. NVIDIA gives the numbers in
// its verifier (nvtrust, OpaqueData).
type Field uint16

const (
	FieldDriver  Field = 3
	FieldVBIOS   Field = 6
	FieldNVDEC0  Field = 11 // 0x55: the decoder is fused off, and measurement 35 with it
	FieldProject Field = 17
	FieldSKU     Field = 18
	FieldChipSKU Field = 15
	FieldFWID    Field = 20 // digest of the firmware that holds the signing key
	FieldFeature Field = 36 // one GPU, several, or protected PCIe
)

// SPDM's words.
const (
	version11       = 0x11
	getMeasurements = 0xE0
	measurements    = 0x60
	requestLength   = 37 // header, nonce and slot
	nonceLength     = 32
	dmtf            = 1 // the only form of a measurement
)

// ParseReport reads a request and its answer.
func ParseReport(b []byte) (*Report, error) {
	if len(b) < requestLength || b[0] != version11 || b[1] != getMeasurements {
		return nil, fmt.Errorf("GPU report: it does not begin with a request GET_MEASUREMENTS of SPDM 1.1: give request and answer as the driver hands them out")
	}
	r := &Report{Nonce: [32]byte(b[4:]), Measurements: map[int][]byte{}, Fields: map[Field][]byte{}}
	c := cut.New("GPU report", b)
	c.Take("request", requestLength)
	head := c.Take("header of the answer", 8)
	if c.Err() != nil {
		return nil, c.Err()
	}
	if head[0] != version11 || head[1] != measurements {
		return nil, fmt.Errorf("GPU report: the answer is %#02x of SPDM %#02x, not MEASUREMENTS (0x60) of 1.1", head[1], head[0])
	}
	record := c.Take("record of measurements", int(head[5])|int(head[6])<<8|int(head[7])<<16)
	c.Take("nonce of the GPU", nonceLength)
	opaque := c.Take("NVIDIA's fields", c.Uint16("size of NVIDIA's fields"))
	r.Signed = c.Read()
	signature := c.Take("signature", len(r.Signature))
	if c.Err() != nil {
		return nil, c.Err()
	}
	if n := len(c.Rest()); bytes.Count(c.Rest(), []byte{0}) != n { // drivers hand out zeros behind it
		return nil, fmt.Errorf("GPU report: %d bytes stand behind the signature", n)
	}
	r.Signature = [96]byte(signature)
	if err := r.measurements(record, int(head[4])); err != nil {
		return nil, err
	}
	return r, r.fields(opaque)
}

func (r *Report) measurements(record []byte, blocks int) error {
	c := cut.New("GPU report", record)
	for range blocks {
		head := c.Take("head of a measurement", 2)
		body := cut.New("GPU report", c.Take("measurement", c.Uint16("size of a measurement")))
		body.Take("kind of a measurement", 1)
		value := body.Take("value of a measurement", body.Uint16("size of a value"))
		if err := cmp.Or(c.Err(), body.Err()); err != nil {
			return err
		}
		if head[1] != dmtf || len(body.Rest()) > 0 {
			return fmt.Errorf("GPU report: measurement %d is not of the form of DMTF", head[0])
		}
		if _, twice := r.Measurements[int(head[0])]; twice {
			return fmt.Errorf("GPU report: measurement %d stands there twice", head[0])
		}
		r.Measurements[int(head[0])] = value
	}
	if len(c.Rest()) > 0 || blocks == 0 {
		return fmt.Errorf("GPU report: %d measurements do not fill the record of %d bytes", blocks, len(record))
	}
	return nil
}

func (r *Report) fields(opaque []byte) error {
	c := cut.New("GPU report", opaque)
	for len(c.Rest()) > 0 {
		field := Field(c.Uint16("kind of a field"))
		value := c.Take("field", c.Uint16("size of a field"))
		if c.Err() != nil {
			return c.Err()
		}
		if _, twice := r.Fields[field]; twice {
			return fmt.Errorf("GPU report: field %d stands there twice", field)
		}
		r.Fields[field] = value
	}
	return nil
}

// Driver is the version of the driver: 550.90.07.
func (r *Report) Driver() string { return r.text(FieldDriver) }

// VBIOS is the version of the VBIOS: 96.00.9F.00.01. It stands in two words,
// little endian, of which the first gives the last part.
func (r *Report) VBIOS() string {
	b := r.Fields[FieldVBIOS]
	if len(b) != 8 {
		return ""
	}
	return strings.ToUpper(fmt.Sprintf("%02x.%02x.%02x.%02x.%02x", b[3], b[2], b[1], b[0], b[4]))
}

func (r *Report) text(f Field) string {
	s, _, _ := strings.Cut(string(r.Fields[f]), "\x00")
	return s
}

// feature is how the GPU is used, which newer firmware signs: a number, little
// endian. One that is not known is in hex.
func (r *Report) feature() string {
	b := r.Fields[FieldFeature]
	if low := bytes.TrimRight(b, "\x00"); len(b) > 0 && len(low) == 0 {
		return features[0]
	} else if len(low) == 1 && int(low[0]) < len(features) {
		return features[low[0]]
	}
	return hex.EncodeToString(b)
}

const protectedPCIe = "protected PCIe"

var features = []string{"single GPU", "several GPUs", protectedPCIe}
