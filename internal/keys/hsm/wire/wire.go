// Package wire is what internal/keys/hsm and the program bailiwick-hsm say to
// each other: requests and answers in JSON, each behind its length in four
// bytes, big endian. The program answers in any order.
//
// The first request is "open" and names a token and a key; it is answered
// before any other is taken. What cannot be read as a message ends the
// conversation, on either side: nobody guesses.
package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Version is spoken by both, or they do not speak.
const Version = 1

// MaxMessage is how many bytes are signed at most.
const MaxMessage = 64 << 10

// maxFrame holds the largest message in base64, and some room.
const maxFrame = 256 << 10

// Op is what is asked.
type Op string

const (
	Open     Op = "open"     // Version, Token
	Wrap     Op = "wrap"     // Data, AAD
	Unwrap   Op = "unwrap"   // Data, AAD
	Sign     Op = "sign"     // Data
	Public   Op = "public"   //
	Describe Op = "describe" //
	Generate Op = "generate" // makes the keys that the address names, where there are none
)

// A Request asks.
type Request struct {
	ID      uint64            `json:"id"`
	Op      Op                `json:"op"`
	Version int               `json:"version,omitempty"`
	Token   map[string]string `json:"token,omitempty"` // attributes of RFC 7512
	Data    []byte            `json:"data,omitempty"`
	AAD     []byte            `json:"aad,omitempty"`
}

// A Response answers the request of that ID.
type Response struct {
	ID          uint64       `json:"id"`
	Error       string       `json:"error,omitempty"`
	Kind        Kind         `json:"kind,omitempty"` // of the error
	Data        []byte       `json:"data,omitempty"`
	Description *Description `json:"description,omitempty"`
}

// Kind tells errors apart on which somebody branches.
type Kind string

const (
	NotOpened Kind = "not-opened" // [keys.ErrUnwrap]
	NoSigner  Kind = "no-signer"  // [keys.ErrNoSigner]
	WrongPIN  Kind = "wrong-pin"  // [ErrPIN]
)

// ErrPIN says that the token refused the PIN. It is not tried again: the user
// might have two more chances.
var ErrPIN = errors.New("the token does not take the PIN; after some wrong ones it locks itself: do not try again before you know why")

// kinds are the errors that stay what they are on the way.
var kinds = map[Kind]error{NotOpened: keys.ErrUnwrap, NoSigner: keys.ErrNoSigner, WrongPIN: ErrPIN}

// A Description is what a token says of itself and of the key.
type Description struct {
	Library Library    `json:"library"`
	Slot    Slot       `json:"slot"`
	Token   Token      `json:"token"`
	Keys    []KeyFacts `json:"keys"`
}

// Library is the module that was loaded.
type Library struct {
	Manufacturer string `json:"manufacturer"`
	Description  string `json:"description"`
	Version      string `json:"version"`
	Cryptoki     string `json:"cryptoki"` // the version of PKCS#11
}

// Slot is where the token is.
type Slot struct {
	Description  string `json:"description"`
	Manufacturer string `json:"manufacturer"`
	Hardware     bool   `json:"hardware"` // CKF_HW_SLOT: the slot is a device, not a program
	Removable    bool   `json:"removable"`
}

// Token is what keeps the key.
type Token struct {
	Label           string `json:"label"`
	Manufacturer    string `json:"manufacturer"`
	Model           string `json:"model"`
	Serial          string `json:"serial"`
	HardwareVersion string `json:"hardware_version"`
	FirmwareVersion string `json:"firmware_version"`
}

// KeyFacts are the attributes of one key object; one that the token does not
// tell is nil.
type KeyFacts struct {
	Class            string `json:"class"` // "secret" or "private"
	Label            string `json:"label"`
	ID               []byte `json:"id,omitempty"`
	Extractable      *bool  `json:"extractable"`
	Sensitive        *bool  `json:"sensitive"`
	NeverExtractable *bool  `json:"never_extractable"`
	AlwaysSensitive  *bool  `json:"always_sensitive"`
	Local            *bool  `json:"local"` // made in the token
}

// Frame is one message as it is sent.
func Frame(message any) ([]byte, error) {
	b, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	defer clear(b) // it may be what is to be wrapped
	if len(b) > maxFrame {
		return nil, fmt.Errorf("a message of %d bytes is too long", len(b))
	}
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(b)), uint32(len(b)))
	return append(frame, b...), nil
}

// Write writes one message.
func Write(w io.Writer, message any) error {
	frame, err := Frame(message)
	if err != nil {
		return err
	}
	_, err = w.Write(frame)
	return err
}

// Read reads one message into what message points to. The end between two
// messages is [io.EOF].
func Read(r io.Reader, message any) error {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxFrame {
		return fmt.Errorf("%d bytes are no message", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return io.ErrUnexpectedEOF
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(message); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something stands behind a message")
	}
	return nil
}
