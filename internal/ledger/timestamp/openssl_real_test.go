//go:build real

package timestamp

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// config is openssl's for an authority and its certificates.
const config = `[ tsa ]
serial = serial
signer_cert = cert.pem
certs = root.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ stamping ]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[ server ]
extendedKeyUsage = critical,serverAuth
[ ca ]
basicConstraints = critical,CA:true
[ req ]
distinguished_name = dn
[ dn ]
`

func openssl(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "config"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// authority makes an authority of openssl's with that kind of key.
func authority(t *testing.T, key ...string) (dir string, trust Trust) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, dir, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", "-days", "30", "-extensions", "ca")
	openssl(t, dir, append([]string{"req", "-nodes", "-keyout", "key.pem", "-out", "req.pem", "-subj", "/CN=authority", "-newkey"}, key...)...)
	openssl(t, dir, "x509", "-req", "-in", "req.pem", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "cert.pem", "-days", "2", "-extfile", "config", "-extensions", "stamping")
	text, err := os.ReadFile(filepath.Join(dir, "root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	trust = Trust{Roots: x509.NewCertPool(), Now: time.Now()}
	trust.Roots.AddCert(root)
	return dir, trust
}

// TestRealOpenSSL has openssl answer our requests, and verify what it and we
// make of them.
func TestRealOpenSSL(t *testing.T) {
	for name, key := range map[string][]string{"RSA": {"rsa:2048"}, "ECDSA": {"ec", "-pkeyopt", "ec_paramgen_curve:P-384"}} {
		t.Run(name, func(t *testing.T) {
			dir, trust := authority(t, key...)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				query, err := io.ReadAll(r.Body)
				if err != nil || os.WriteFile(filepath.Join(dir, "query"), query, 0o600) != nil {
					t.Error(err)
				}
				openssl(t, dir, "ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "query", "-out", "reply")
				reply, err := os.ReadFile(filepath.Join(dir, "reply"))
				if err != nil {
					t.Error(err)
				}
				w.Write(reply)
			}))
			defer server.Close()
			der, token, err := (&Client{URL: server.URL, Trust: trust}).Stamp(context.Background(), []byte(note))
			if err != nil {
				t.Fatal(err)
			}
			if d := time.Since(token.Time); d < -time.Minute || d > time.Minute {
				t.Errorf("the token is of %s", token.Time)
			}
			for file, b := range map[string][]byte{"token": der, "note": []byte(note)} {
				if err := os.WriteFile(filepath.Join(dir, file), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if out := openssl(t, dir, "ts", "-verify", "-token_in", "-in", "token", "-data", "note", "-CAfile", "root.pem"); !strings.Contains(out, "Verification: OK") {
				t.Errorf("openssl does not verify what we keep: %s", out)
			}
			for what, verify := range map[string]func() error{
				"another note": func() error { return token.Verify([]byte("another"), trust) },
				"another root": func() error { return token.Verify([]byte(note), newTSA(t, critical).trust()) },
				"another time": func() error {
					i := bytes.Index(der, []byte(token.Time.Format("20060102")))
					altered := bytes.Clone(der)
					altered[i+7] ^= 1
					parsed, err := Parse(altered)
					if err != nil {
						return err
					}
					return parsed.Verify([]byte(note), trust)
				},
			} {
				if verify() == nil {
					t.Errorf("%s: the token verifies", what)
				}
			}
		})
	}
}

// TestRealToken takes the token of our test's authority to openssl: what ours
// verifies in the other tests is a token to others too.
func TestRealToken(t *testing.T) {
	a := newTSA(t, critical)
	a.at = time.Now().UTC().Truncate(time.Second)
	dir := t.TempDir()
	for file, b := range map[string][]byte{
		"token": a.stamp(imprint(note), nil), "note": []byte(note), "config": []byte(config),
		"root.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw}),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := openssl(t, dir, "ts", "-verify", "-token_in", "-in", "token", "-data", "note", "-CAfile", "root.pem", "-attime", "1795953600"); !strings.Contains(out, "Verification: OK") {
		t.Errorf("openssl: %s", out)
	}
}
