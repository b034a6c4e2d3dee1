package kbs_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"testing"
)

// A guest is a client written from the protocol's text, for tests. It shares no
// line with the server. (The client of Confidential Containers itself is built
// and run by bench/kbs.)
type guest struct {
	url    string
	tee    string
	http   http.Client
	ec     *ecdh.PrivateKey
	rsa    *rsa.PrivateKey
	prove  func(data []byte) any // makes evidence for report data
	device func(data []byte) any // of devices, if any
	token  string
}

func newGuest(t testing.TB, url, tee string, prove func([]byte) any) *guest {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &guest{url: url, tee: tee, http: http.Client{Jar: jar}, ec: key, prove: prove}
}

// A status is an answer that is none.
type status struct {
	code int
	kind string
	text string
}

func (s status) Error() string { return fmt.Sprintf("%d %s: %s", s.code, s.kind, s.text) }

func (g *guest) call(method, path string, body any, header ...string) ([]byte, error) {
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, g.url+path, in)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := g.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		var p struct{ Type, Detail string }
		if err := json.Unmarshal(out, &p); err != nil {
			return nil, fmt.Errorf("status %d without ErrorInformation: %s", resp.StatusCode, out)
		}
		return nil, status{resp.StatusCode, p.Type, p.Detail}
	}
	return out, nil
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// jwk is the guest's key, with its names in the order of RFC 8785.
func (g *guest) jwk() string {
	if g.rsa != nil {
		return fmt.Sprintf(`{"alg":"RSA-OAEP-256","e":"%s","kty":"RSA","n":"%s"}`, b64(big.NewInt(int64(g.rsa.E)).Bytes()), b64(g.rsa.N.Bytes()))
	}
	point := g.ec.PublicKey().Bytes()[1:]
	curve := map[ecdh.Curve]string{ecdh.P256(): "P-256", ecdh.P384(): "P-384", ecdh.P521(): "P-521"}[g.ec.Curve()]
	return fmt.Sprintf(`{"alg":"ECDH-ES+A256KW","crv":"%s","kty":"EC","x":"%s","y":"%s"}`, curve, b64(point[:len(point)/2]), b64(point[len(point)/2:]))
}

func (g *guest) challenge() (nonce string, err error) {
	out, err := g.call("POST", "/kbs/v0/auth", map[string]any{"version": "0.4.0", "tee": g.tee, "extra-params": map[string]any{"supported-hash-algorithms": []string{"sha256", "sha384", "sha512"}}})
	if err != nil {
		return "", err
	}
	var c struct {
		Nonce string `json:"nonce"`
		Extra any    `json:"extra-params"`
	}
	if err := json.Unmarshal(out, &c); err != nil || c.Nonce == "" || c.Extra == nil {
		return "", fmt.Errorf("no challenge: %s", out)
	}
	return c.Nonce, nil
}

func hash(text string) []byte {
	sum := sha512.Sum384([]byte(text))
	return sum[:]
}

// answer is the body of attest for a nonce.
func (g *guest) answer(nonce string) []byte {
	additional := ""
	if g.device != nil {
		raw, _ := json.Marshal(g.device(hash(fmt.Sprintf(`{"nonce":"%s","tee-pubkey":%s}`, nonce, g.jwk()))))
		additional = string(raw)
	}
	quoted, _ := json.Marshal(additional)
	data := hash(fmt.Sprintf(`{"additional-evidence":%s,"nonce":"%s","tee-pubkey":%s}`, quoted, nonce, g.jwk()))
	primary, _ := json.Marshal(g.prove(data))
	return fmt.Appendf(nil, `{"init-data":null,"runtime-data":{"nonce":"%s","tee-pubkey":%s},"tee-evidence":{"primary_evidence":%s,"additional_evidence":%s}}`, nonce, g.jwk(), primary, quoted)
}

func (g *guest) attest() error {
	nonce, err := g.challenge()
	if err != nil {
		return err
	}
	return g.send(g.answer(nonce))
}

func (g *guest) send(body []byte) error {
	out, err := g.call("POST", "/kbs/v0/attest", body)
	if err != nil {
		return err
	}
	var t struct{ Token string }
	if err := json.Unmarshal(out, &t); err != nil || t.Token == "" {
		return fmt.Errorf("no token: %s", out)
	}
	g.token = t.Token
	return nil
}

// get asks for a resource, by the cookie, or by the token.
func (g *guest) get(id string, header ...string) ([]byte, error) {
	out, err := g.call("GET", "/kbs/v0/resource/"+id, nil, header...)
	if err != nil {
		return nil, err
	}
	return g.open(out)
}

// open decrypts a JWE as the protocol's client does: it authenticates the
// header as it writes it again, with names sorted below the first two.
func (g *guest) open(raw []byte) ([]byte, error) {
	var e struct {
		Protected, IV, Ciphertext, Tag string
		Key                            string `json:"encrypted_key"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, err
	}
	var h struct {
		Alg, Enc string
		Epk      json.RawMessage
	}
	if err := json.Unmarshal(un64(e.Protected), &h); err != nil {
		return nil, err
	}
	again := fmt.Sprintf(`{"alg":"%s","enc":"%s"`, h.Alg, h.Enc)
	if h.Epk != nil {
		var m map[string]any
		if err := json.Unmarshal(h.Epk, &m); err != nil {
			return nil, err
		}
		sorted, _ := json.Marshal(m)
		again += `,"epk":` + string(sorted)
	}
	cek, err := g.unwrap(h.Alg, h.Epk, un64(e.Key))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil || h.Enc != "A256GCM" {
		return nil, errors.Join(err, errors.New(h.Enc))
	}
	return gcm.Open(nil, un64(e.IV), append(un64(e.Ciphertext), un64(e.Tag)...), []byte(b64([]byte(again+"}"))))
}

func un64(s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func (g *guest) unwrap(alg string, epk json.RawMessage, wrapped []byte) ([]byte, error) {
	if g.rsa != nil && alg == "RSA-OAEP-256" {
		return rsa.DecryptOAEP(sha256.New(), nil, g.rsa, wrapped, nil)
	}
	var k struct{ Crv, X, Y string }
	if err := json.Unmarshal(epk, &k); err != nil {
		return nil, err
	}
	public, err := g.ec.Curve().NewPublicKey(append([]byte{4}, append(un64(k.X), un64(k.Y)...)...))
	if err != nil {
		return nil, err
	}
	z, err := g.ec.ECDH(public)
	if err != nil {
		return nil, err
	}
	info := append(binary.BigEndian.AppendUint32(nil, 1), z...)
	info = binary.BigEndian.AppendUint32(info, 14)
	info = append(info, "ECDH-ES+A256KW"...)
	info = append(info, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0)
	kek := sha256.Sum256(info)
	return unwrapRFC3394(kek[:], wrapped)
}

func unwrapRFC3394(kek, c []byte) ([]byte, error) {
	block, err := aes.NewCipher(kek)
	if err != nil || len(c) != 40 {
		return nil, errors.Join(err, errors.New("wrapped key"))
	}
	a := binary.BigEndian.Uint64(c)
	r := bytes.Clone(c[8:])
	for j := 5; j >= 0; j-- {
		for i := 4; i >= 1; i-- {
			b := binary.BigEndian.AppendUint64(nil, a^uint64(4*j+i))
			b = append(b, r[8*(i-1):8*i]...)
			block.Decrypt(b, b)
			a = binary.BigEndian.Uint64(b)
			copy(r[8*(i-1):], b[8:])
		}
	}
	if a != 0xA6A6A6A6A6A6A6A6 {
		return nil, errors.New("the wrapped key is damaged, or not for this guest")
	}
	return r, nil
}
