//go:build real

package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealKeysInToken goes with a token of SoftHSM from the first key to a
// file that is under another one.
func TestRealKeysInToken(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(cache, "bailiwick", "peers", "bin")
	module := filepath.Join(bin, "softhsm", "usr", "lib", "softhsm", "libsofthsm2.so")
	if _, err := os.Stat(module); err != nil {
		t.Fatalf("%v: install it with bench/peers.sh softhsm", err)
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(at("tokens"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, at("conf"), []byte("directories.tokendir = "+at("tokens")+"\nlog.level = ERROR\n"))
	put(t, at("pin"), []byte("1234-5678\n"))
	put(t, at("wrong"), []byte("0000-0000\n"))
	put(t, at("letter"), []byte("it hurts"))
	put(t, at("pass"), []byte("correct horse battery staple"))
	put(t, at("perimeter.yaml"), []byte(`apiVersion: bailiwick/v1
kind: Perimeter
spec:
  jurisdictions: {allow: [EU]}
  data:
    records: {gdpr: special, keys: {holder: [EU], min_grade: 4}}
  evidence:
    - {about: "pkcs11:*token=clinic*", fact: operator, value: DE, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-01-01}
    - {about: "pkcs11:*token=clinic*", fact: place, value: DE, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-01-01}
`))
	t.Setenv("SOFTHSM2_CONF", at("conf"))
	for _, c := range []*exec.Cmd{
		exec.Command(filepath.Join(bin, "softhsm2-util"), "--init-token", "--free", "--label", "clinic", "--pin", "1234-5678", "--so-pin", "87654321", "--module", module),
		exec.Command("go", "build", "-o", at("bailiwick-hsm"), "../../cmd/bailiwick-hsm"),
	} {
		c.Env = append(os.Environ(), "CGO_ENABLED=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", c, err, out)
		}
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))

	key := "pkcs11:token=clinic;object=records?module-path=" + module + "&pin-source=file:" + at("pin")
	wrong := strings.Replace(key, at("pin"), at("wrong"), 1)
	context := []string{"--tenant", "clinic", "--purpose", "care", "--jurisdiction", "DE"}
	for _, step := range []struct {
		code   int
		out    string // or of what is said of an error
		args   []string
		sealed bool
	}{
		{2, "make one", []string{"public", key}, false},
		{2, "PIN", []string{"create", wrong}, false},
		{0, "public  ", []string{"create", key}, false},
		{2, "", []string{"create", key}, false},
		{0, "log.clinic.example+", []string{"public", key, "--name", "log.clinic.example"}, false},
		{0, "can leave no", []string{"describe", key}, false},
		{0, "verdict   pass", []string{"describe", key, "--perimeter", at("perimeter.yaml")}, false},
		{0, "", []string{"seal", at("letter"), "-o", at("sealed"), "--key", key}, true},
		{0, "hurts", []string{"open", at("sealed"), "--range", "3-", "--key", key}, true},
		{2, "a key in a token has no versions", []string{"rotate", key}, false},
		{0, "made", []string{"create", "file:" + at("k"), "--secret", "file:" + at("pass")}, false},
		{0, "rewrapped", []string{"rewrap", at("sealed"), "--key", key, "--to", "file:" + at("k"), "--to-secret", "file:" + at("pass")}, true},
		{2, "letter by letter", []string{"open", at("sealed"), "--key", key}, true},
		{0, "it hurts", []string{"open", at("sealed"), "--key", "file:" + at("k"), "--secret", "file:" + at("pass")}, true},
	} {
		args := append([]string{"keys"}, step.args...)
		if step.sealed {
			args = append(args, context...)
		}
		var out, said bytes.Buffer
		code := Main(args, strings.NewReader(""), &out, &said)
		text := out.String()
		if step.code != 0 {
			text = said.String()
		}
		if code != step.code || !strings.Contains(text, step.out) || strings.Contains(out.String()+said.String(), "1234-5678") {
			t.Fatalf("%v: exit code %d, want %d with %q\n%s%s", args, code, step.code, step.out, out.String(), said.String())
		}
	}
}
