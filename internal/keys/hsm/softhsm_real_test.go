//go:build real

package hsm

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

// softHSM is a token in a folder of its own, and the program that opens it.
type softHSM struct {
	module, program, dir string
}

func newSoftHSM(t testing.TB) *softHSM {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(cache, "bailiwick", "peers", "bin")
	h := &softHSM{module: filepath.Join(bin, "softhsm", "usr", "lib", "softhsm", "libsofthsm2.so"), dir: t.TempDir()}
	if _, err := os.Stat(h.module); err != nil {
		t.Fatalf("%v: install it with bench/peers.sh softhsm", err)
	}
	tokens, conf := filepath.Join(h.dir, "tokens"), filepath.Join(h.dir, "softhsm2.conf")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{conf: "directories.tokendir = " + tokens + "\nlog.level = ERROR\n", h.pin(): "1234-5678\n", h.pin() + ".wrong": "0000-0000\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	for _, label := range []string{"clinic", "other"} {
		run(t, nil, filepath.Join(bin, "softhsm2-util"), "--init-token", "--free", "--label", label, "--pin", "1234-5678", "--so-pin", "87654321", "--module", h.module)
	}
	h.program = filepath.Join(h.dir, "bailiwick-hsm")
	run(t, []string{"CGO_ENABLED=1"}, "go", "build", "-o", h.program, "../../../cmd/bailiwick-hsm")
	return h
}

func run(t testing.TB, env []string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

func (h *softHSM) pin() string { return filepath.Join(h.dir, "pin") }

func (h *softHSM) open(t testing.TB, name string) (*Key, error) {
	t.Helper()
	a, err := keys.ParseAddress(fmt.Sprintf("pkcs11:%s?module-path=%s&pin-source=file:%s", name, h.module, h.pin()))
	if err != nil {
		t.Fatal(err)
	}
	k, err := Open(t.Context(), a, Options{Program: h.program})
	if err == nil {
		t.Cleanup(func() { k.Close() })
	}
	return k, err
}

func (h *softHSM) mustOpen(t testing.TB, name string) *Key {
	t.Helper()
	k, err := h.open(t, name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRealSoftHSM(t *testing.T) {
	h := newSoftHSM(t)
	if _, err := h.mustOpen(t, "token=clinic;object=records").Wrap(t.Context(), []byte("x"), nil); err == nil || !strings.Contains(err.Error(), "keys create") {
		t.Errorf("wrapped by a key that is not there: %v", err)
	}
	for _, name := range []string{"token=clinic;object=records", "token=clinic;object=others;id=%01%02"} {
		if err := h.mustOpen(t, name).Generate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.mustOpen(t, name).Generate(t.Context()); err == nil || !strings.Contains(err.Error(), "never overwritten") {
			t.Errorf("%s was made twice: %v", name, err)
		}
	}
	t.Run("suite", func(t *testing.T) {
		keystest.Run(t, keystest.Backend{
			Open:  func(t *testing.T) keys.Key { return h.mustOpen(t, "token=clinic;object=records") },
			Other: func(t *testing.T) keys.Key { return h.mustOpen(t, "token=clinic;id=%01%02") },
		})
	})
	t.Run("describe", h.describe)
	t.Run("opening", h.opening)
	t.Run("killed", h.killed)
}

// TestRealWithoutEd25519: a token that cannot sign wraps.
func TestRealWithoutEd25519(t *testing.T) {
	h := newSoftHSM(t)
	conf := os.Getenv("SOFTHSM2_CONF")
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(conf, append(text, "slots.mechanisms = CKM_AES_KEY_GEN,CKM_AES_GCM\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	k := h.mustOpen(t, "token=clinic;object=records")
	if err := k.Generate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Public(t.Context()); !errors.Is(err, keys.ErrNoSigner) {
		t.Errorf("public: %v", err)
	}
	w, err := k.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Unwrap(t.Context(), w, nil); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
}

func (h *softHSM) describe(t *testing.T) {
	s, err := h.mustOpen(t, "token=clinic;object=records").Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Exportable != keys.No || s.Hardware != keys.No || s.Material != keys.Generated || s.Grade != keys.OperatorAsserted {
		t.Errorf("%+v", s)
	}
	var d wire.Description
	if err := json.Unmarshal(s.Evidence[0].Body, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Keys) != 2 || d.Token.Model != "SoftHSM v2" || d.Token.Serial == "" || d.Library.Version != "2.6" {
		t.Errorf("%+v", d)
	}
	if strings.Contains(string(s.Evidence[0].Body)+s.Key, "1234") {
		t.Error("the PIN is in the statement")
	}
}

func (h *softHSM) opening(t *testing.T) {
	for name, want := range map[string]string{
		"token=clinics;object=records":            `0 tokens fit the address, which must name one; the module has "`,
		"object=records":                          "3 tokens fit", // those two, and the empty slot
		"token=clinic;object=records;model=Luna":  "0 tokens fit",
		"token=clinic;object=records;serial=1234": "0 tokens fit",
	} {
		if _, err := h.open(t, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	pin := h.pin
	for source, want := range map[string]string{
		"&pin-source=file:" + pin() + ".wrong": "does not take the PIN",
		"&pin-source=file:" + pin() + ".none":  "no such file",
		"&pin-source=credential:pin":           "LoadCredential",
		"":                                     "pin-source=",
	} {
		a, err := keys.ParseAddress("pkcs11:token=clinic;object=records?module-path=" + h.module + source)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Open(t.Context(), a, Options{Program: h.program})
		if err == nil {
			_, err = k.Wrap(t.Context(), []byte("x"), nil)
			k.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
	a, err := keys.ParseAddress("pkcs11:object=x?module-path=" + h.program)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), a, Options{Program: h.program}); err == nil || !strings.Contains(err.Error(), "is no PKCS#11 module") {
		t.Errorf("what is no module: %v", err)
	}
}

// killed kills the program while many ask: all get an answer or an error, and
// the next run opens what this one wrapped.
func (h *softHSM) killed(t *testing.T) {
	k := h.mustOpen(t, "token=clinic;object=records")
	wrapped, err := k.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		ended := make(chan error)
		for range 8 {
			go func() {
				for {
					if _, err := k.Wrap(t.Context(), []byte("x"), nil); err != nil {
						ended <- err
						return
					}
				}
			}()
		}
		for n := 0; n < 8; {
			select {
			case err := <-ended:
				if n++; !strings.Contains(err.Error(), "bailiwick-hsm") {
					t.Errorf("wrap: %v", err)
				}
			case <-time.After(20 * time.Millisecond): // the new run is killed, too, until all have failed
				k.mu.Lock()
				k.run.cmd.Process.Kill()
				k.mu.Unlock()
			}
		}
		if got, err := k.Unwrap(t.Context(), wrapped, nil); err != nil || string(got) != "secret" {
			t.Fatalf("the next run unwraps %q, %v", got, err)
		}
	}
	k.Close()
	if _, err := k.Unwrap(t.Context(), wrapped, nil); !errors.Is(err, keys.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
