package kbs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ProtocolVersion is the one that is spoken. Versions before it bind other
// bytes to the evidence; version 0 of semver promises nothing but patches.
const ProtocolVersion = "0.4.0"

// Bounds of bodies. Evidence of a machine with eight GPUs has some 200 KiB,
// an event log as much.
const (
	maxRequest     = 16 << 10
	maxAttestation = 2 << 20
	maxDepth       = 32
)

// A Request opens a session.
type Request struct {
	Version string          `json:"version"`
	TEE     string          `json:"tee"`
	Extra   json.RawMessage `json:"extra-params"`
}

// A Challenge answers it.
type Challenge struct {
	Nonce string          `json:"nonce"`
	Extra json.RawMessage `json:"extra-params"`
}

// An Attestation answers the challenge. What a guest sends as init-data is not
// read: the hardware signs its digest (host_data, mrconfigid), which a policy can name.
type Attestation struct {
	RuntimeData RuntimeData `json:"runtime-data"`
	Evidence    Composite   `json:"tee-evidence"`
}

// RuntimeData is what the evidence binds, by its hash.
type RuntimeData struct {
	Nonce  string    `json:"nonce"`
	PubKey PublicKey `json:"tee-pubkey"`
}

// Composite is the evidence of a machine and, as a string of JSON, of devices
// in it. The string is bound to the machine's evidence as it stands.
type Composite struct {
	Primary    json.RawMessage `json:"primary_evidence"`
	Additional string          `json:"additional_evidence"`
}

// parseRequest reads the body of auth.
func parseRequest(body []byte) (*Request, error) {
	var r Request
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	major, minor, _ := strings.Cut(ProtocolVersion, ".")
	minor, _, _ = strings.Cut(minor, ".")
	if patch, ok := strings.CutPrefix(r.Version, major+"."+minor+"."); !ok || patch == "" || strings.Trim(patch, "0123456789") != "" {
		return nil, fmt.Errorf("version %.20q of the protocol is not spoken here; %s is: update the guest's components", r.Version, ProtocolVersion)
	}
	return &r, nil
}

// parseAttestation reads the body of attest.
func parseAttestation(body []byte) (*Attestation, error) {
	var a Attestation
	if err := decode(body, &a); err != nil {
		return nil, err
	}
	switch {
	case len(a.Evidence.Primary) == 0:
		return nil, errors.New("tee-evidence has no primary_evidence")
	case a.RuntimeData.PubKey.key == nil:
		return nil, errors.New("runtime-data has no tee-pubkey: without the guest's key nothing can be released to it")
	}
	return &a, nil
}

// decode reads one JSON document. Names that are not known are left, as clients
// of later patches may bring them; they are bound to nothing and decide nothing.
func decode(body []byte, into any) error {
	if err := shallow(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the JSON document")
	}
	return nil
}

// shallow refuses what is nested deeper than any evidence, and an object that
// has one name twice: two readers may take two of the values.
func shallow(body []byte) error {
	type level struct {
		names map[string]bool // of an object
		value bool            // whether a value comes next
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the body cannot be read: %w", err)
		}
		at := len(open) - 1
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			open = open[:at]
			continue
		}
		if at >= 0 && open[at].names != nil {
			if name, ok := token.(string); ok && !open[at].value {
				if name = strings.ToLower(name); open[at].names[name] {
					return fmt.Errorf("the name %.60q stands twice in an object", name)
				}
				open[at].names[name], open[at].value = true, true
				continue
			}
			open[at].value = false
		}
		if delim, ok := token.(json.Delim); ok {
			if len(open) == maxDepth {
				return fmt.Errorf("the body is nested deeper than %d levels", maxDepth)
			}
			l := level{}
			if delim == '{' {
				l.names = map[string]bool{}
			}
			open = append(open, l)
		}
	}
}
