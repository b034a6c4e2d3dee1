package keystest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A Net is servers of ours under others' names, with certificates of an
// authority that only the test trusts. No name outside of it is reached.
type Net struct {
	CAFile string // the authority, in PEM

	t       testing.TB
	ca      *x509.Certificate
	key     *ecdsa.PrivateKey
	serial  int64
	servers map[string]string
}

// NewNet makes one without servers.
func NewNet(t testing.TB) *Net {
	n := &Net{t: t, servers: map[string]string{}}
	n.key = newKey(t)
	template := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "authority of a test"}}
	der := n.sign(template, template, n.key)
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	n.ca, n.CAFile = ca, write(t, "ca.pem", "CERTIFICATE", der)
	return n
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (n *Net) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) []byte {
	n.serial++
	template.SerialNumber, template.NotBefore, template.NotAfter = big.NewInt(n.serial), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, n.key)
	if err != nil {
		n.t.Fatal(err)
	}
	return der
}

func write(t testing.TB, name, kind string, der []byte) string {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Identity is a certificate for a name or address, and its key, in files.
func (n *Net) Identity(name string) (certificate, key string) {
	k := newKey(n.t)
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		n.t.Fatal(err)
	}
	return write(n.t, "cert.pem", "CERTIFICATE", n.sign(template, n.ca, k)), write(n.t, "key.pem", "PRIVATE KEY", der)
}

// Serve serves a name over TLS; with mutual, to clients only that show a
// certificate of the authority.
func (n *Net) Serve(name string, mutual bool, h http.Handler) {
	pair, err := tls.LoadX509KeyPair(n.Identity(name))
	if err != nil {
		n.t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	if mutual {
		s.TLS.ClientCAs = x509.NewCertPool()
		s.TLS.ClientCAs.AddCert(n.ca)
		s.TLS.ClientAuth = tls.RequireAndVerifyClientCert
	}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are what is tested
	s.StartTLS()
	n.t.Cleanup(s.Close)
	n.servers[name+":443"] = s.Listener.Addr().String()
}

// ServePlain serves an address without TLS.
func (n *Net) ServePlain(address string, h http.Handler) {
	s := httptest.NewServer(h)
	n.t.Cleanup(s.Close)
	n.servers[address] = s.Listener.Addr().String()
}

// Dial reaches the servers of this net only.
func (n *Net) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	at, ok := n.servers[address]
	if !ok {
		return nil, fmt.Errorf("%s is not in this net", address)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, at)
}

// Strict reads the body of a request as one JSON value in which nothing is that
// the model does not know.
func Strict(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind the value")
	}
	return nil
}

// Answer writes a JSON answer.
func Answer(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b)
}

// Environment is variables of a test.
func Environment(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}
