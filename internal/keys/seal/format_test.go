package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// TestFirstVersion opens a file and a key of the first version of both
// formats, which every later one must read.
func TestFirstVersion(t *testing.T) {
	b, err := os.ReadFile("testdata/v1.key")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key") // git keeps no mode of 0600
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := local.Open(path, local.Options{Secret: []byte("correct horse battery")})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	file, err := os.ReadFile("testdata/v1.sealed")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(t.Context(), k, records, file); err != nil || string(got) != "sealed by the first version\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestFormat reads a file by what the package says of its format, and by
// nothing of the package.
func TestFormat(t *testing.T) {
	k, plaintext := newKey(t), text(2*(64<<10)+100)
	file := sealed(t, k, records, plaintext)

	if string(file[:8]) != "bwseal\x00\x01" {
		t.Fatalf("begins with %q", file[:8])
	}
	size, wrapped := binary.BigEndian.Uint32(file[8:]), binary.BigEndian.Uint32(file[12:])
	context := []byte("bailiwick/context/v1")
	for _, part := range []string{records.Tenant, records.Purpose, records.Jurisdiction} {
		context = append(binary.BigEndian.AppendUint64(context, uint64(len(part))), part...)
	}
	label := "bailiwick/seal/v1\x00" + string(context)
	data, err := keys.Key(k).Unwrap(t.Context(), file[16:16+wrapped], []byte(label))
	if err != nil {
		t.Fatal(err)
	}
	out, err := hkdf.Expand(sha512.New, data, label, 71)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, out[39:])
	mac.Write(file[:size-32])
	if !bytes.Equal(mac.Sum(nil), file[size-32:size]) {
		t.Error("the HMAC of the header is another one")
	}
	block, err := aes.NewCipher(out[:32])
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for i, rest := 0, file[size:]; i < 3; i++ {
		segment := rest[:min(len(rest), 65536+16)]
		rest = rest[len(segment):]
		nonce := append(bytes.Clone(out[32:39]), 0, 0, 0, byte(i), 0)
		if i == 2 {
			nonce[11] = 1
		}
		if got, err = gcm.Open(got, nonce, segment, nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, plaintext) {
		t.Error("it holds something else")
	}
}
