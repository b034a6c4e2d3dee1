//go:build cgo

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/miekg/pkcs11"

	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

// Describe reads what the module says of itself, the token and the keys.
func (t *token) Describe() (*wire.Description, error) {
	lib, err := t.module.GetInfo()
	if err != nil {
		return nil, fmt.Errorf("read the module: %w", err)
	}
	slot, err := t.module.GetSlotInfo(t.slot)
	if err != nil {
		return nil, fmt.Errorf("read the slot: %w", err)
	}
	info, err := t.module.GetTokenInfo(t.slot)
	if err != nil {
		return nil, wire.Fatal{Err: fmt.Errorf("read the token: %w", err)}
	}
	d := &wire.Description{
		Library: wire.Library{Manufacturer: text(lib.ManufacturerID), Description: text(lib.LibraryDescription), Version: version(lib.LibraryVersion), Cryptoki: version(lib.CryptokiVersion)},
		Slot: wire.Slot{Description: text(slot.SlotDescription), Manufacturer: text(slot.ManufacturerID),
			Hardware: slot.Flags&pkcs11.CKF_HW_SLOT != 0, Removable: slot.Flags&pkcs11.CKF_REMOVABLE_DEVICE != 0},
		Token: wire.Token{Label: text(info.Label), Manufacturer: text(info.ManufacturerID), Model: text(info.Model), Serial: text(info.SerialNumber),
			HardwareVersion: version(info.HardwareVersion), FirmwareVersion: version(info.FirmwareVersion)},
	}
	err = t.use(func(s pkcs11.SessionHandle) error {
		for _, k := range []struct {
			name           string
			class, keyType uint
		}{{"secret", pkcs11.CKO_SECRET_KEY, pkcs11.CKK_AES}, {"private", pkcs11.CKO_PRIVATE_KEY, ckkECEdwards}} {
			o, err := t.find(s, k.class, k.keyType)
			if errors.Is(err, errNone) {
				continue
			}
			if err != nil {
				return err
			}
			d.Keys = append(d.Keys, t.facts(s, o, k.name))
		}
		if len(d.Keys) == 0 {
			return errNone
		}
		return nil
	})
	return d, err
}

func (t *token) facts(s pkcs11.SessionHandle, o pkcs11.ObjectHandle, class string) wire.KeyFacts {
	yes := func(name uint) *bool {
		b := t.attribute(s, o, name)
		if len(b) != 1 {
			return nil
		}
		answer := b[0] != 0
		return &answer
	}
	return wire.KeyFacts{
		Class: class, Label: string(t.attribute(s, o, pkcs11.CKA_LABEL)), ID: t.attribute(s, o, pkcs11.CKA_ID),
		Extractable: yes(pkcs11.CKA_EXTRACTABLE), Sensitive: yes(pkcs11.CKA_SENSITIVE), NeverExtractable: yes(pkcs11.CKA_NEVER_EXTRACTABLE),
		AlwaysSensitive: yes(pkcs11.CKA_ALWAYS_SENSITIVE), Local: yes(pkcs11.CKA_LOCAL),
	}
}

// text is a field that is filled up with blanks.
func text(s string) string { return strings.TrimRight(s, " \x00") }
