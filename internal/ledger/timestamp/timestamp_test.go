package timestamp

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const note = "ledger.clinic.example\n1\nroot\n\n— ledger.clinic.example signature\n"

func imprint(message string) messageImprint {
	return messageImprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, digest(crypto.SHA256, []byte(message))}
}

func TestStamp(t *testing.T) {
	a := newTSA(t, critical)
	server := httptest.NewServer(a)
	defer server.Close()
	trust := a.trust()
	if _, _, err := (&Client{URL: server.URL, Trust: trust}).Stamp(t.Context(), []byte(note)); err != nil || len(a.asked) != 0 {
		t.Errorf("asked for %v: %v", a.asked, err)
	}
	trust.Policies = []asn1.ObjectIdentifier{a.policy}
	der, token, err := (&Client{URL: server.URL, Trust: trust}).Stamp(t.Context(), []byte(note))
	if err != nil || !a.asked.Equal(a.policy) {
		t.Fatalf("asked for %v: %v", a.asked, err)
	}
	if !token.Time.Equal(issued) || token.Accuracy != time.Second || !token.Policy.Equal(a.policy) {
		t.Errorf("%+v", token)
	}
	shard := filepath.Join(t.TempDir(), "log[2026")
	if list, err := List(shard); len(list) != 0 || err != nil {
		t.Errorf("of nothing: %v, %v", list, err)
	}
	if err := os.Mkdir(shard, 0o700); err != nil {
		t.Fatal(err)
	}
	kept, err := Keep(shard, 1, []byte(note), der, token.Time)
	if err != nil {
		t.Fatal(err)
	}
	list, err := List(shard)
	if err != nil || len(list) != 1 || list[0].Path != kept.Path {
		t.Fatalf("%v, %v", list, err)
	}
	again, err := Parse(list[0].DER)
	if err != nil {
		t.Fatal(err)
	}
	// Years later, when the authority's certificate has long expired.
	trust.Now = issued.AddDate(5, 0, 0)
	if err := again.Verify(list[0].Note, trust); err != nil {
		t.Error(err)
	}
}

// TestRefused has everything that a token can be refused for.
func TestRefused(t *testing.T) {
	loose := critical
	loose.Critical = false
	for _, c := range []struct {
		name       string
		extensions []pkix.Extension
		change     func(a *tsa, trust *Trust)
		message    string
		want       string
	}{
		{"another message", nil, nil, "another note", "about something else"},
		{"after the certificate's end", nil, func(a *tsa, trust *Trust) { a.at = issued.AddDate(0, 0, 2); trust.Now = a.at }, "", "nobody whom you trust"},
		{"before its beginning", nil, func(a *tsa, _ *Trust) { a.at = issued.AddDate(0, 0, -2) }, "", "nobody whom you trust"},
		{"another root", nil, func(_ *tsa, trust *Trust) { trust.Roots = newTSA(t).trust().Roots }, "", "nobody whom you trust"},
		{"no roots", nil, func(_ *tsa, trust *Trust) { trust.Roots = nil }, "", "no roots"},
		{"of later", nil, func(_ *tsa, trust *Trust) { trust.Now = issued.Add(-time.Hour) }, "", "yet to come"},
		{"for servers", []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: usages(1)}}, nil, "", "not for timestamping alone"},
		{"for servers too", []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: usages(8, 1)}}, nil, "", "not for timestamping alone"},
		{"for nothing in particular", []pkix.Extension{}, nil, "", "not for timestamping alone"},
		{"not critical", []pkix.Extension{loose}, nil, "", "is critical"},
		{"another policy", nil, func(_ *tsa, trust *Trust) { trust.Policies = []asn1.ObjectIdentifier{{1, 2, 3}} }, "", "policy 1.2.3.4"},
		{"another request", nil, func(a *tsa, _ *Trust) { a.stale = big.NewInt(1) }, "", "another request"},
		{"names another certificate", nil, func(a *tsa, _ *Trust) { a.names = a.root }, "", "names another certificate"},
		{"names none", nil, func(a *tsa, _ *Trust) { a.noNames = true }, "", "ESSCertIDv2"},
		{"an attribute twice", nil, func(a *tsa, _ *Trust) { a.twice = true }, "", "has not one value"},
		{"another key signed", nil, func(a *tsa, _ *Trust) { a.key = newTSA(t).key }, "", "does not verify"},
		{"refused", nil, func(a *tsa, _ *Trust) { a.status = 2 }, "", `its clock is not to be had, "no"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			extensions := c.extensions
			if extensions == nil {
				extensions = []pkix.Extension{critical}
			}
			a := newTSA(t, extensions...)
			trust := a.trust()
			if c.change != nil {
				c.change(a, &trust)
			}
			server := httptest.NewServer(a)
			defer server.Close()
			var err error
			if c.message == "" {
				_, _, err = (&Client{URL: server.URL, Trust: trust}).Stamp(t.Context(), []byte(note))
			} else if token, e := Parse(a.stamp(imprint(note), nil)); e != nil {
				t.Fatal(e)
			} else {
				err = token.Verify([]byte(c.message), trust)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestNothingAlteredVerifies changes every byte of a token. What is left are
// the bytes that say nothing: versions, and names of hashes that stand twice.
func TestNothingAlteredVerifies(t *testing.T) {
	a := newTSA(t, critical)
	token := a.stamp(imprint(note), nil)
	verify := func(der []byte) error {
		parsed, err := Parse(der)
		if err != nil {
			return err
		}
		if err := parsed.Verify([]byte(note), a.trust()); err != nil {
			return err
		}
		if !parsed.Time.Equal(issued) || !parsed.Policy.Equal(a.policy) {
			t.Errorf("another time or policy verifies")
		}
		return nil
	}
	if err := verify(token); err != nil {
		t.Fatal(err)
	}
	silent := 0
	for i := range token {
		altered := bytes.Clone(token)
		altered[i] ^= 1
		if verify(altered) == nil {
			silent++
		}
		if verify(token[:i]) == nil {
			t.Errorf("the first %d bytes verify", i)
		}
	}
	if silent > 30 {
		t.Errorf("%d of %d bytes may be altered unseen", silent, len(token))
	}
	if verify(append(bytes.Clone(token), 0)) == nil {
		t.Error("a byte may follow")
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		body   []byte
		want   string
	}{
		{500, nil, "500"},
		{200, nil, "no answer of RFC 3161"},
		{200, []byte{0x30, 0x03, 0x02, 0x01, 0x00}, "no answer of RFC 3161"},
		{200, []byte{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00}, "sends no token"},
		{200, make([]byte, maxToken+1), "more than"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			w.Write(c.body)
		}))
		_, _, err := (&Client{URL: server.URL, Trust: newTSA(t).trust()}).Stamp(t.Context(), []byte(note))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d, %d bytes: %v", c.status, len(c.body), err)
		}
		server.Close()
	}
}

// TestSecretsOfAddresses has an authority that wants a password.
func TestSecretsOfAddresses(t *testing.T) {
	a := newTSA(t, critical)
	a.status = 2
	server := httptest.NewServer(a)
	address := strings.Replace(server.URL, "http://", "http://clinic:hunter2@", 1)
	for _, gone := range []bool{false, true} {
		if gone {
			server.Close()
		}
		_, _, err := (&Client{URL: address, Trust: a.trust()}).Stamp(t.Context(), []byte(note))
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "clinic:") {
			t.Errorf("%v", err)
		}
	}
}

// FuzzParse believes no other time than the one that was signed. The keys are
// fixed: by those of another process no seed would verify.
func FuzzParse(f *testing.F) {
	a := tsaOf(f, fixedKey(f, 1), fixedKey(f, 2), critical)
	token, trust := a.stamp(imprint(note), big.NewInt(5)), a.trust()
	f.Add(token)
	f.Add(der(timeStampResp{Token: asn1.RawValue{FullBytes: token}}))
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if granted, err := ParseResponse(b); err == nil {
			b = granted
		}
		parsed, err := Parse(b)
		if err != nil {
			return
		}
		if parsed.Verify([]byte(note), trust) == nil && !parsed.Time.Equal(issued) {
			t.Errorf("a time that nobody signed: %s", parsed.Time)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	a := newTSA(b, critical)
	token, trust := a.stamp(imprint(note), nil), a.trust()
	for b.Loop() {
		parsed, err := Parse(token)
		if err != nil {
			b.Fatal(err)
		}
		if err := parsed.Verify([]byte(note), trust); err != nil {
			b.Fatal(err)
		}
	}
}

// TestKeysOfAnySize gives a token whose own certificate has an RSA key that
// nobody uses and that takes long to verify by.
func TestKeysOfAnySize(t *testing.T) {
	a := newTSA(t, critical)
	n := new(big.Int).Lsh(big.NewInt(1), 1_000_000)
	n.Add(n, big.NewInt(1))
	cert, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, &rsa.PublicKey{N: n, E: 1<<31 - 1}, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(cert); err != nil {
		t.Fatal(err)
	}
	a.names, a.signature = a.cert, make([]byte, n.BitLen()/8+1)
	a.signature[1000] = 1
	token, err := Parse(a.stamp(imprint(note), nil))
	if err == nil {
		err = token.Verify([]byte(note), a.trust())
	}
	if err == nil || !strings.Contains(err.Error(), "1000001 bits") {
		t.Error(err)
	}
}
