//go:build cgo

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/pkcs11"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

// A token is one that was opened, with the user logged in.
type token struct {
	module   *pkcs11.Ctx
	slot     uint
	address  map[string]string
	sessions chan pkcs11.SessionHandle // those that nobody uses: one is for one request at a time
}

// sessionCount is how many requests a token works on at a time; many modules
// allow few.
const sessionCount = 4

// open loads the module, finds the one token that the address fits, and logs
// in.
func open(address map[string]string) (*token, error) {
	path := address["module-path"]
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("module-path: %w", err)
	}
	module := pkcs11.New(path)
	if module == nil {
		return nil, fmt.Errorf("%s is no PKCS#11 module for this machine, or a library that it needs is missing: look with ldd", path)
	}
	if err := module.Initialize(); err != nil {
		return nil, fmt.Errorf("initialise %s: %w", path, err)
	}
	t := &token{module: module, address: address, sessions: make(chan pkcs11.SessionHandle, sessionCount)}
	if err := t.open(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (t *token) open() error {
	slots, err := t.module.GetSlotList(true)
	if err != nil {
		return fmt.Errorf("list slots: %w", err)
	}
	var found []uint
	var labels []string
	for _, slot := range slots {
		fits, label, err := t.fits(slot)
		if err != nil {
			return err
		}
		if labels = append(labels, strconv.Quote(label)); fits {
			found = append(found, slot)
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("%d tokens fit the address, which must name one; the module has %s", len(found), strings.Join(labels, ", "))
	}
	t.slot = found[0]
	for range sessionCount {
		s, err := t.module.OpenSession(t.slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
		if err != nil && len(t.sessions) > 0 {
			break // the module has no more
		}
		if err != nil {
			return fmt.Errorf("open a session: %w", err)
		}
		t.sessions <- s
	}
	return t.login()
}

// login is for all sessions of a token.
func (t *token) login() error {
	source := t.address["pin-source"]
	if source == "" {
		return nil // some tokens have keys that need none, or ask on a keypad of their own
	}
	pin, err := keys.ReadSecret(source)
	if err != nil {
		return fmt.Errorf("pin-source: %w", err)
	}
	defer clear(pin)
	s := <-t.sessions
	defer func() { t.sessions <- s }()
	switch err := t.module.Login(s, pkcs11.CKU_USER, string(pin)); {
	case errors.Is(err, pkcs11.Error(pkcs11.CKR_PIN_INCORRECT)):
		return wire.ErrPIN
	case err != nil && !errors.Is(err, pkcs11.Error(pkcs11.CKR_USER_ALREADY_LOGGED_IN)):
		return fmt.Errorf("log in: %w", err)
	}
	return nil
}

// fits holds the token in a slot against every attribute that the address has.
func (t *token) fits(slot uint) (bool, string, error) {
	info, err := t.module.GetTokenInfo(slot)
	if err != nil {
		return false, "", fmt.Errorf("read the token in slot %d: %w", slot, err)
	}
	in, err := t.module.GetSlotInfo(slot)
	if err != nil {
		return false, "", fmt.Errorf("read slot %d: %w", slot, err)
	}
	lib, err := t.module.GetInfo()
	if err != nil {
		return false, "", fmt.Errorf("read the module: %w", err)
	}
	for name, value := range map[string]string{
		"token": info.Label, "manufacturer": info.ManufacturerID, "model": info.Model, "serial": info.SerialNumber,
		"slot-id": strconv.FormatUint(uint64(slot), 10), "slot-description": in.SlotDescription, "slot-manufacturer": in.ManufacturerID,
		"library-description": lib.LibraryDescription, "library-manufacturer": lib.ManufacturerID, "library-version": version(lib.LibraryVersion),
	} {
		if want, asked := t.address[name]; asked && want != strings.TrimRight(value, " \x00") {
			return false, info.Label, nil
		}
	}
	return true, info.Label, nil
}

func version(v pkcs11.Version) string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// use gives do a session. Errors after which the token is of no use to anybody
// end the program.
func (t *token) use(do func(pkcs11.SessionHandle) error) error {
	s := <-t.sessions
	defer func() { t.sessions <- s }()
	err := do(s)
	var code pkcs11.Error
	if errors.As(err, &code) && slices.Contains(lost, uint(code)) {
		return wire.Fatal{Err: err}
	}
	return err
}

// lost are answers that mean that the token or the login is gone.
var lost = []uint{
	pkcs11.CKR_SESSION_HANDLE_INVALID, pkcs11.CKR_SESSION_CLOSED, pkcs11.CKR_USER_NOT_LOGGED_IN, pkcs11.CKR_TOKEN_NOT_PRESENT,
	pkcs11.CKR_DEVICE_ERROR, pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, pkcs11.CKR_HOST_MEMORY, pkcs11.CKR_DEVICE_MEMORY,
}

// name is what chooses a key in the token.
func (t *token) name() []*pkcs11.Attribute {
	var name []*pkcs11.Attribute
	if label := t.address["object"]; label != "" {
		name = append(name, pkcs11.NewAttribute(pkcs11.CKA_LABEL, label))
	}
	if id := t.address["id"]; id != "" {
		name = append(name, pkcs11.NewAttribute(pkcs11.CKA_ID, []byte(id)))
	}
	return name
}

// errNone says that the address names no such key.
var errNone = errors.New("the token has no such key: look whether the PIN is named (pin-source=), or make it by `bailiwick keys create`")

// find is the one object of that class and type which the address names.
func (t *token) find(s pkcs11.SessionHandle, class, keyType uint) (pkcs11.ObjectHandle, error) {
	template := append(t.name(), pkcs11.NewAttribute(pkcs11.CKA_CLASS, class), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, keyType))
	if err := t.module.FindObjectsInit(s, template); err != nil {
		return 0, fmt.Errorf("look for the key: %w", err)
	}
	found, _, err := t.module.FindObjects(s, 2)
	if err := errors.Join(err, t.module.FindObjectsFinal(s)); err != nil {
		return 0, fmt.Errorf("look for the key: %w", err)
	}
	switch len(found) {
	case 0:
		return 0, errNone
	case 1:
		return found[0], nil
	}
	return 0, errors.New("several keys in the token have that name: choose one by its id= in the address")
}

// attribute reads one attribute; nil when the token does not tell.
func (t *token) attribute(s pkcs11.SessionHandle, o pkcs11.ObjectHandle, name uint) []byte {
	a, err := t.module.GetAttributeValue(s, o, []*pkcs11.Attribute{pkcs11.NewAttribute(name, nil)})
	if err != nil || len(a) != 1 {
		return nil
	}
	return bytes.Clone(a[0].Value)
}

// Close logs out, by closing all sessions.
func (t *token) Close() error {
	t.module.CloseAllSessions(t.slot)
	err := t.module.Finalize()
	t.module.Destroy()
	return err
}

var _ wire.Backend = (*token)(nil)
