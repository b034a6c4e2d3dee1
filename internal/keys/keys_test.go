package keys

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestContextAAD(t *testing.T) {
	seen := map[string]Context{}
	parts := []string{"", "a", "ab", "b", "a\x00", "\x00\x00\x00\x00\x00\x00\x00\x01a", strings.Repeat("x", 300)}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				ctx := Context{a, b, c}
				if other, twice := seen[string(ctx.AAD())]; twice {
					t.Fatalf("%q and %q have one spelling", ctx, other)
				}
				seen[string(ctx.AAD())] = ctx
			}
		}
	}
}

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return "file:" + path
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	for source, want := range map[string]string{
		write("pin", "12 34\r\n", 0o600): "12 34",
		write("two", "a\n\n", 0o440):     "a\n",
		write("bare", "a\r", 0o600):      "a\r",
		"credential:pin":                 "12 34",
	} {
		if got, err := ReadSecret(source); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v, want %q", source, got, err, want)
		}
	}
	for source, want := range map[string]string{
		write("open", "1234", 0o604):                    "chmod 600",
		write("empty", "\n", 0o600):                     "is empty",
		write("long", strings.Repeat("a", 5000), 0o600): "longer than",
		"file:" + dir:           "is no file",
		"file:" + dir + "/none": "no such file",
		"credential:../" + filepath.Base(dir) + "/pin": "no name of a credential",
		"credential:..": "no name of a credential",
		"env:PIN":       "is neither",
		"hunter2":       "read from file:PATH",
	} {
		if got, err := ReadSecret(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is %q, %v, want an error with %q", source, got, err, want)
		}
	}
	os.Unsetenv("CREDENTIALS_DIRECTORY")
	if _, err := ReadSecret("credential:pin"); err == nil || !strings.Contains(err.Error(), "LoadCredential") {
		t.Errorf("without credentials: %v", err)
	}
}

// A plain key signs; wrong makes it sign by another one.
type plain struct {
	Key
	private ed25519.PrivateKey
	wrong   bool
}

func (p plain) Public(context.Context) (ed25519.PublicKey, error) {
	return p.private.Public().(ed25519.PublicKey), nil
}

func (p plain) Sign(_ context.Context, message []byte) ([]byte, error) {
	if p.wrong {
		message = append(bytes.Clone(message), 0)
	}
	return ed25519.Sign(p.private, message), nil
}

func TestSigner(t *testing.T) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	s, err := NewSigner(t.Context(), plain{private: private}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := s.Sign([]byte("message"))
	if err != nil || !ed25519.Verify(s.Public(), []byte("message"), sig) {
		t.Errorf("signature %x, %v", sig, err)
	}
	if s, err = NewSigner(t.Context(), plain{private: private, wrong: true}, time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sign([]byte("message")); err == nil {
		t.Error("a signature that does not verify was given away")
	}
}
