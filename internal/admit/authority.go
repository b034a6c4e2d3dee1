package admit

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// How long certificates of our own hold. A new authority stands in the bundle for
// a year before anything is signed by it, so that the bundle of the webhook's
// configuration can be renewed at leisure.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	authorityLead = 365 * 24 * time.Hour
	servingLife   = 90 * 24 * time.Hour
)

// The files of a folder of our own.
const (
	bundleName  = "ca.crt"
	signersName = "ca.key" // the authorities with their keys; of no use to anybody else
	servingName = "tls.crt"
	keyName     = "tls.key"
)

// An Authority makes serving certificates of its own and renews them, before a
// third of their time is left.
type Authority struct {
	names []string
	dir   string // "": nothing is written
	now   func() time.Time

	mu      sync.Mutex
	signers []signer // oldest first
	serving *tls.Certificate
}

type signer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes certificates for the names. With a folder it goes on with
// what is there, and keeps what it makes in there for the next start.
func NewAuthority(dir string, names []string, now func() time.Time) (*Authority, error) {
	if len(names) == 0 {
		return nil, errors.New("name at least one DNS name of the webhook")
	}
	a := &Authority{names: names, dir: dir, now: now}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the certificates: %w", err)
		}
		if err := a.load(); err != nil {
			return nil, err
		}
	}
	if err := a.Renew(); err != nil {
		return nil, err
	}
	return a, nil
}

// load takes what an earlier start wrote. A serving certificate that does not fit
// is made anew; authorities that cannot be read are an error, since a new one would
// be unknown to the cluster.
func (a *Authority) load() error {
	src, err := os.ReadFile(filepath.Join(a.dir, signersName))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the authorities: %w", err)
	}
	for {
		var c, k *pem.Block
		if c, src = pem.Decode(src); c == nil {
			break
		}
		if k, src = pem.Decode(src); k == nil {
			return fmt.Errorf("%s holds a certificate without its key: remove the folder, and renew the bundle of the webhook's configuration", signersName)
		}
		cert, err := x509.ParseCertificate(c.Bytes)
		if err != nil {
			return fmt.Errorf("%s: %w", signersName, err)
		}
		key, err := x509.ParsePKCS8PrivateKey(k.Bytes)
		if err != nil {
			return fmt.Errorf("%s: %w", signersName, err)
		}
		ec, ok := key.(*ecdsa.PrivateKey)
		if !ok {
			return fmt.Errorf("%s holds a key of another kind than ours", signersName)
		}
		a.signers = append(a.signers, signer{cert, ec})
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(a.dir, servingName), filepath.Join(a.dir, keyName))
	if err == nil && a.fits(pair.Leaf) {
		a.serving = &pair
	}
	return nil
}

// fits reports whether a certificate is for the names and signed by one of ours.
func (a *Authority) fits(leaf *x509.Certificate) bool {
	return leaf != nil && !slices.ContainsFunc(a.names, func(n string) bool { return leaf.VerifyHostname(n) != nil }) &&
		slices.ContainsFunc(a.signers, func(s signer) bool { return leaf.CheckSignatureFrom(s.cert) == nil })
}

// Renew makes what is missing or ends soon. It is called from time to time.
func (a *Authority) Renew() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	a.signers = slices.DeleteFunc(a.signers, func(s signer) bool { return !s.cert.NotAfter.After(now) })
	changed := false
	if n := len(a.signers); n == 0 || a.signers[n-1].cert.NotAfter.Before(now.Add(servingLife+authorityLead)) {
		s, err := newSigner(now)
		if err != nil {
			return err
		}
		a.signers = append(a.signers, s)
		changed = true
	}
	if a.serving == nil || a.serving.Leaf.NotAfter.Before(now.Add(servingLife/3)) || a.serving.Leaf.NotBefore.After(now) {
		i := slices.IndexFunc(a.signers, func(s signer) bool { return !s.cert.NotAfter.Before(now.Add(servingLife)) })
		pair, err := a.signers[i].serve(a.names, now)
		if err != nil {
			return err
		}
		a.serving = pair
		changed = true
	}
	if changed && a.dir != "" {
		return a.save()
	}
	return nil
}

func newSigner(now time.Time) (signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return signer{}, fmt.Errorf("make an authority: %w", err)
	}
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "bailiwick admit " + now.UTC().Format(time.DateOnly)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return signer{}, fmt.Errorf("make an authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return signer{cert, key}, err
}

func (s *signer) serve(names []string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a serving certificate: %w", err)
	}
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: names[0][:min(64, len(names[0]))]}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(servingLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, s.cert, &key.PublicKey, s.key)
	if err != nil {
		return nil, fmt.Errorf("make a serving certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return n
}

// Bundle is what the webhook's configuration has to trust, as PEM.
func (a *Authority) Bundle() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bundle()
}

func (a *Authority) bundle() []byte {
	var b bytes.Buffer
	for i := len(a.signers) - 1; i >= 0; i-- {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.signers[i].cert.Raw}))
	}
	return b.Bytes()
}

// save writes the files, each whole or not at all.
func (a *Authority) save() error {
	var signers bytes.Buffer
	for _, s := range a.signers {
		key, err := x509.MarshalPKCS8PrivateKey(s.key)
		if err != nil {
			return fmt.Errorf("write the authorities: %w", err)
		}
		signers.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw}))
		signers.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.serving.PrivateKey)
	if err != nil {
		return fmt.Errorf("write the serving certificate: %w", err)
	}
	for _, f := range []struct {
		name string
		data []byte
		mode os.FileMode
	}{
		{signersName, signers.Bytes(), 0o600},
		{bundleName, a.bundle(), 0o644},
		{keyName, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600},
		{servingName, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.serving.Certificate[0]}), 0o644},
	} {
		path := filepath.Join(a.dir, f.name)
		if err := os.WriteFile(path+".new", f.data, f.mode); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return nil
}

// Certificate is the one that serves now.
func (a *Authority) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.serving, nil
}

// Ends tells when it ends.
func (a *Authority) Ends() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.serving.Leaf.NotAfter
}
