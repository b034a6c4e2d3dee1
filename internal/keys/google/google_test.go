package google

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"hash/crc32"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

const (
	ring      = "projects/clinic/locations/europe-west3/keyRings/r/cryptoKeys/"
	wrapName  = ring + "records"
	otherName = ring + "other"
	signName  = ring + "ledger"
	sign2Name = ring + "ledger2"
)

// server is Cloud KMS as google/cloud/kms/v1 says: no field that the messages do
// not have, checksums checked, a token that the account signed.
type server struct {
	boxes    map[string]*keystest.Box
	account  *rsa.PublicKey
	name     func(string) string                  // what answers call a resource
	garble   func(map[string]any)                 // changes answers of operations
	describe func(kind string, it map[string]any) // changes what keys and versions say
}

func newServer(t *testing.T) (*server, Options) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{boxes: map[string]*keystest.Box{}, account: &private.PublicKey, name: func(n string) string { return n }, garble: func(map[string]any) {}, describe: func(string, map[string]any) {}}
	for _, name := range []string{wrapName, otherName, signName, sign2Name} {
		s.boxes[name] = keystest.NewBox()
	}
	n := keystest.NewNet(t)
	n.Serve("cloudkms.googleapis.com", false, s)
	return s, Options{
		Network: service.Network{CAFile: n.CAFile, Dial: n.Dial, Pause: time.Millisecond},
		Env:     keystest.Environment(map[string]string{"GOOGLE_APPLICATION_CREDENTIALS": file(t, private, nil)}),
	}
}

// file is the key file of an account; change changes its text.
func file(t *testing.T, private *rsa.PrivateKey, change map[string]any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]any{
		"type": "service_account", "client_email": "clinic@clinic.iam.gserviceaccount.com", "private_key_id": "1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": "https://evil.example/token",
	}
	maps.Copy(fields, change)
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *server) authorized(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return false
	}
	sig, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var c struct {
		Iss, Sub, Aud string
		Iat, Exp      int64
	}
	now := time.Now().Unix()
	return rsa.VerifyPKCS1v15(s.account, crypto.SHA256, sum[:], sig) == nil && json.Unmarshal(claims, &c) == nil &&
		c.Aud == "https://cloudkms.googleapis.com/" && c.Iss == c.Sub && c.Iat <= now && c.Exp > now && c.Exp-c.Iat <= 3600
}

type int64Value string // of protocol buffers, as JSON has it

func (v int64Value) of(b []byte) bool {
	return string(v) == "" || string(v) == crc(b)
}

func crc(b []byte) string {
	return strconv.FormatUint(uint64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))), 10)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	no := func(status int, word, message string) {
		keystest.Answer(w, status, map[string]any{"error": map[string]any{"code": status, "status": word, "message": message}})
	}
	if !s.authorized(r) {
		no(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
		return
	}
	resource, ok := strings.CutPrefix(r.URL.Path, "/v1/")
	resource, verb, _ := strings.Cut(resource, ":")
	name, rest, hasVersion := strings.Cut(resource, "/cryptoKeyVersions/")
	version, sub, _ := strings.Cut(rest, "/")
	box := s.boxes[name]
	signs := name == signName || name == sign2Name
	if !ok || r.URL.RawQuery != "" || box == nil || hasVersion && version != "1" || sub != "" && sub != "publicKey" {
		no(404, "NOT_FOUND", "CryptoKey not found.")
		return
	}
	switch {
	case r.Method == http.MethodGet && verb == "" && sub == "publicKey":
		if !signs {
			no(400, "FAILED_PRECONDITION", "not an asymmetric key")
			return
		}
		der, _ := x509.MarshalPKIXPublicKey(box.Private.Public())
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		s.answer(w, map[string]any{"name": s.name(resource[:len(resource)-len("/publicKey")]), "pem": string(text), "pemCrc32c": crc(text), "algorithm": "EC_SIGN_ED25519", "protectionLevel": "HSM"})
	case r.Method == http.MethodGet && verb == "":
		v := map[string]any{"name": s.name(name + "/cryptoKeyVersions/1"), "state": "ENABLED", "protectionLevel": "SOFTWARE", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"}
		s.describe("version", v)
		if hasVersion {
			keystest.Answer(w, 200, v)
			return
		}
		key := map[string]any{"name": s.name(name), "purpose": "ENCRYPT_DECRYPT", "primary": v}
		if signs {
			key = map[string]any{"name": s.name(name), "purpose": "ASYMMETRIC_SIGN"}
		}
		s.describe("key", key)
		keystest.Answer(w, 200, key)
	case r.Method == http.MethodPost && verb == "encrypt" && !signs:
		var q struct {
			Plaintext                         []byte
			PlaintextCrc32c                   int64Value
			AdditionalAuthenticatedData       []byte
			AdditionalAuthenticatedDataCrc32c int64Value
		}
		if err := keystest.Strict(r, &q); err != nil || len(q.Plaintext) == 0 || len(q.Plaintext)+len(q.AdditionalAuthenticatedData) > 8192 || !q.PlaintextCrc32c.of(q.Plaintext) || !q.AdditionalAuthenticatedDataCrc32c.of(q.AdditionalAuthenticatedData) {
			no(400, "INVALID_ARGUMENT", "bad request")
			return
		}
		c := box.Seal(q.Plaintext, q.AdditionalAuthenticatedData)
		s.answer(w, map[string]any{"name": s.name(name + "/cryptoKeyVersions/1"), "ciphertext": c, "ciphertextCrc32c": crc(c), "protectionLevel": "SOFTWARE",
			"verifiedPlaintextCrc32c": q.PlaintextCrc32c != "", "verifiedAdditionalAuthenticatedDataCrc32c": q.AdditionalAuthenticatedDataCrc32c != ""})
	case r.Method == http.MethodPost && verb == "decrypt" && !hasVersion && !signs:
		var q struct {
			Ciphertext                        []byte
			CiphertextCrc32c                  int64Value
			AdditionalAuthenticatedData       []byte
			AdditionalAuthenticatedDataCrc32c int64Value
		}
		if err := keystest.Strict(r, &q); err != nil || !q.CiphertextCrc32c.of(q.Ciphertext) || !q.AdditionalAuthenticatedDataCrc32c.of(q.AdditionalAuthenticatedData) {
			no(400, "INVALID_ARGUMENT", "bad request")
			return
		}
		p, ok := box.Open(q.Ciphertext, q.AdditionalAuthenticatedData)
		if !ok {
			no(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.")
			return
		}
		s.answer(w, map[string]any{"plaintext": p, "plaintextCrc32c": crc(p), "usedPrimary": true, "protectionLevel": "SOFTWARE"})
	case r.Method == http.MethodPost && verb == "asymmetricSign" && hasVersion && signs:
		var q struct {
			Data       []byte
			DataCrc32c int64Value
		}
		if err := keystest.Strict(r, &q); err != nil || len(q.Data) == 0 || len(q.Data) > 64<<10 || !q.DataCrc32c.of(q.Data) {
			no(400, "INVALID_ARGUMENT", "bad request")
			return
		}
		sig := ed25519.Sign(box.Private, q.Data)
		s.answer(w, map[string]any{"name": s.name(resource), "signature": sig, "signatureCrc32c": crc(sig), "verifiedDataCrc32c": q.DataCrc32c != "", "protectionLevel": "HSM"})
	default:
		no(400, "FAILED_PRECONDITION", "the key is of another purpose")
	}
}

func (s *server) answer(w http.ResponseWriter, v map[string]any) {
	s.garble(v)
	keystest.Answer(w, 200, v)
}

func opened(t *testing.T, o Options, name string) keys.Key {
	t.Helper()
	return keystest.Opened(t, "gcp-kms:"+name, func(a keys.Address) (keys.Key, error) { return Open(t.Context(), a, o) })
}

func TestSuite(t *testing.T) {
	_, o := newServer(t)
	const v1 = "/cryptoKeyVersions/1"
	keystest.Run(t, keystest.Backend{
		Open: func(t *testing.T) keys.Key {
			return keystest.Pair{Key: opened(t, o, wrapName), Signer: opened(t, o, signName+v1)}
		},
		Other: func(t *testing.T) keys.Key {
			return keystest.Pair{Key: opened(t, o, otherName+v1), Signer: opened(t, o, sign2Name+v1)}
		},
		Slow:     true,
		Messages: []int{1, 64, 1000, 60000},
	})
}

func TestKeysOfTheWrongKind(t *testing.T) {
	_, o := newServer(t)
	if _, err := opened(t, o, signName).Sign(t.Context(), []byte("m")); !errors.Is(err, keys.ErrNoSigner) || !strings.Contains(err.Error(), "cryptoKeyVersions/1") {
		t.Errorf("without a version: %v", err)
	}
	if _, err := opened(t, o, wrapName+"/cryptoKeyVersions/1").Public(t.Context()); err == nil {
		t.Error("a symmetric key has a public half")
	}
	if _, err := opened(t, o, signName).Unwrap(t.Context(), []byte("m"), nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("unwrap by a key of signatures: %v", err)
	}
	if _, err := opened(t, o, wrapName).Wrap(t.Context(), []byte("m"), make([]byte, 8192)); err == nil || !strings.Contains(err.Error(), "in hardware") {
		t.Errorf("a context that is too long: %v", err)
	}
}

// TestGarbled changes what comes back: each change is found.
func TestGarbled(t *testing.T) {
	s, o := newServer(t)
	wrap, sign := opened(t, o, wrapName), opened(t, o, signName+"/cryptoKeyVersions/1")
	aad := []byte("for")
	w, err := wrap.Wrap(t.Context(), []byte("secret"), aad)
	if err != nil {
		t.Fatal(err)
	}
	all := func() map[string]error {
		errs := map[string]error{}
		_, errs["ciphertext"] = wrap.Wrap(t.Context(), []byte("secret"), aad)
		_, errs["plaintext"] = wrap.Unwrap(t.Context(), w, aad)
		_, errs["signature"] = sign.Sign(t.Context(), []byte("m"))
		_, errs["pem"] = sign.Public(t.Context())
		return errs
	}
	for name, err := range all() {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, drop := range []bool{true, false} {
		s.garble = func(v map[string]any) {
			for name := range v {
				if strings.HasSuffix(name, "Crc32c") {
					if drop {
						delete(v, name)
					} else if _, ok := v[name].(string); ok {
						v[name] = "1"
					}
				}
			}
		}
		for name, err := range all() {
			if err == nil || errors.Is(err, keys.ErrUnwrap) {
				t.Errorf("%s without its checksum (%t): %v", name, drop, err)
			}
		}
	}
	s.garble = func(v map[string]any) { delete(v, "verifiedAdditionalAuthenticatedDataCrc32c") }
	if err := all()["ciphertext"]; err == nil {
		t.Error("a context that the service did not check is taken")
	}
	s.garble = func(map[string]any) {}
	s.name = func(n string) string { return strings.Replace(n, "europe-west3", "us-east1", 1) }
	for name, err := range all() {
		if name != "plaintext" && err == nil { // its answer names no key
			t.Errorf("%s from elsewhere is taken", name)
		}
	}
	if _, err := wrap.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "contradiction") {
		t.Errorf("a key from elsewhere is described: %v", err)
	}
}

func TestDescribe(t *testing.T) {
	s, o := newServer(t)
	k := opened(t, o, wrapName)
	for _, c := range []struct {
		name, kind, field string
		value             any
		want              keys.Statement
	}{
		{"in software", "", "", nil, keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.No, Exportable: keys.No}},
		{"in hardware", "version", "protectionLevel", "HSM", keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.No}},
		{"imported", "version", "importJob", ring + "j", keys.Statement{Material: keys.Imported, Holder: graph.HolderProvider, Hardware: keys.No, Exportable: keys.Yes}},
		{"for imports", "key", "importOnly", true, keys.Statement{Material: keys.Imported, Holder: graph.HolderProvider, Hardware: keys.No, Exportable: keys.Yes}},
		{"outside", "version", "protectionLevel", "EXTERNAL_VPC", keys.Statement{Holder: graph.HolderExternal}},
		{"a level that is new", "version", "protectionLevel", "MOON", keys.Statement{Material: keys.Generated}},
	} {
		s.describe = func(kind string, it map[string]any) {
			if kind == c.kind {
				it[c.field] = c.value
			}
		}
		got, err := k.Describe(t.Context())
		unknown := func(a keys.Answer) keys.Answer {
			if a == "" {
				return keys.Unknown
			}
			return a
		}
		if err != nil || got.Region != "europe-west3" || got.MultiRegion != keys.No || got.Material != c.want.Material || got.Holder != c.want.Holder || unknown(got.Hardware) != unknown(c.want.Hardware) || unknown(got.Exportable) != unknown(c.want.Exportable) || len(got.Evidence) != 2 {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	for location, want := range map[string]keys.Answer{"europe-west3": keys.No, "us-east4": keys.No, "global": keys.Yes, "eu": keys.Yes, "europe": keys.Yes, "eur4": keys.Yes, "nam-eur-asia1": keys.Yes, "nam-asia1": keys.Yes, "ca": keys.Yes, "northamerica-northeast1": keys.No, "me-central2": keys.No, "europe-southwest1": keys.No} {
		if got := several(location); got != want {
			t.Errorf("%s: %s", location, got)
		}
	}
}

func TestAccounts(t *testing.T) {
	_, o := newServer(t)
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	a, err := keys.ParseAddress("gcp-kms:" + wrapName)
	if err != nil {
		t.Fatal(err)
	}
	open := file(t, private, nil)
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		file(t, private, map[string]any{"type": "authorized_user"}):          "service_account",
		file(t, private, map[string]any{"universe_domain": "other.example"}): "universe",
		file(t, private, map[string]any{"private_key": "x"}):                 "no PEM",
		file(t, private, map[string]any{"client_email": ""}):                 "missing",
		open:    "chmod 600",
		"/none": "no such file",
	} {
		o.Credentials = path
		if _, err := Open(t.Context(), a, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	o.Credentials, o.Env = "", keystest.Environment(nil)
	if _, err := Open(t.Context(), a, o); err == nil || !strings.Contains(err.Error(), "GOOGLE_APPLICATION_CREDENTIALS") {
		t.Errorf("nobody: %v", err)
	}
	o.Credentials = file(t, private, nil)
	if _, err := opened(t, o, wrapName).Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "401 UNAUTHENTICATED") {
		t.Errorf("another account: %v", err)
	}
}
