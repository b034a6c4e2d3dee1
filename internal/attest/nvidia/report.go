// Package nvidia verifies the measurements of NVIDIA GPUs, as Hopper makes
// them (SPDM 1.1), against the manifests that NVIDIA signs for each driver and
// VBIOS.
package nvidia

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
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
	c := cutter{b: b, at: requestLength}
	head := c.take("header of the answer", 8)
	if c.err != nil {
		return nil, c.err
	}
	if head[0] != version11 || head[1] != measurements {
		return nil, fmt.Errorf("GPU report: the answer is %#02x of SPDM %#02x, not MEASUREMENTS (0x60) of 1.1", head[1], head[0])
	}
	blocks := int(head[4])
	record := cutter{b: c.take("record of measurements", int(head[5])|int(head[6])<<8|int(head[7])<<16)}
	c.take("nonce of the GPU", nonceLength)
	opaque := cutter{b: c.take("NVIDIA's fields", c.uint16("size of NVIDIA's fields"))}
	r.Signed = b[:c.at:c.at]
	signature := c.take("signature", len(r.Signature))
	if c.err != nil {
		return nil, c.err
	}
	if bytes.Count(b[c.at:], []byte{0}) != len(b)-c.at { // drivers hand out zeros behind it
		return nil, fmt.Errorf("GPU report: %d bytes stand behind the signature", len(b)-c.at)
	}
	r.Signature = [96]byte(signature)
	if err := r.measurements(&record, blocks); err != nil {
		return nil, err
	}
	return r, r.fields(&opaque)
}

func (r *Report) measurements(c *cutter, blocks int) error {
	for range blocks {
		head := c.take("head of a measurement", 4)
		if c.err != nil {
			return c.err
		}
		body := cutter{b: c.take("measurement", int(binary.LittleEndian.Uint16(head[2:])))}
		body.take("kind of a measurement", 1)
		value := body.take("value of a measurement", body.uint16("size of a measurement"))
		if c.err != nil || body.err != nil {
			return fmt.Errorf("GPU report: measurement %d is cut off", head[0])
		}
		if head[1] != dmtf || body.at != len(body.b) {
			return fmt.Errorf("GPU report: measurement %d is not of the form of DMTF", head[0])
		}
		if _, twice := r.Measurements[int(head[0])]; twice {
			return fmt.Errorf("GPU report: measurement %d stands there twice", head[0])
		}
		r.Measurements[int(head[0])] = value
	}
	if c.at != len(c.b) || blocks == 0 {
		return fmt.Errorf("GPU report: %d measurements do not fill the record of %d bytes", blocks, len(c.b))
	}
	return nil
}

func (r *Report) fields(c *cutter) error {
	for c.at < len(c.b) {
		field := Field(c.uint16("kind of a field"))
		value := c.take("field", c.uint16("size of a field"))
		if c.err != nil {
			return c.err
		}
		if _, twice := r.Fields[field]; twice {
			return fmt.Errorf("GPU report: field %d stands there twice", field)
		}
		r.Fields[field] = value
	}
	return nil
}

// cutter cuts bytes. After the first fault it gives nothing more.
type cutter struct {
	b   []byte
	at  int
	err error
}

func (c *cutter) take(what string, n int) []byte {
	if c.err != nil || n > len(c.b)-c.at {
		if c.err == nil {
			c.err = fmt.Errorf("GPU report: cut off in the %s: %d bytes wanted, %d are left", what, n, len(c.b)-c.at)
		}
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at : c.at]
}

func (c *cutter) uint16(what string) int {
	if b := c.take(what, 2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
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

// feature is how the GPU is used, which newer firmware signs.
func (r *Report) feature() string {
	b := r.Fields[FieldFeature]
	if len(b) == 0 {
		return ""
	}
	if int(b[0]) < len(features) {
		return features[b[0]]
	}
	return hex.EncodeToString(b)
}

const protectedPCIe = "protected PCIe"

var features = []string{"single GPU", "several GPUs", protectedPCIe}
