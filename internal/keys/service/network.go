package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Network is how a service is reached. The zero value is for use; tests fill
// in the rest.
type Network struct {
	// CAFile holds the certificates, in PEM, of the authorities that may vouch for
	// the server, instead of the system's.
	CAFile string
	// Certificate is ours, where a service wants one. It is asked at each handshake,
	// so that one that was renewed is taken.
	Certificate func() (*tls.Certificate, error)
	// Timeout is that of one attempt; 0 is 10 seconds.
	Timeout time.Duration
	// Attempts is how often a call is made that may be made again; 0 is 4.
	Attempts int
	// Pause is that before the second attempt, and doubles; 0 is 200 ms.
	Pause time.Duration
	// Dial reaches a server in another way: in tests, ours by their names.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	Now  func() time.Time
}

const (
	timeout  = 10 * time.Second
	attempts = 4
	pause    = 200 * time.Millisecond
	// longest is how long a service may tell us to wait.
	longest = 5 * time.Second
)

// Clock is the time now.
func (n *Network) Clock() time.Time {
	if n.Now == nil {
		return time.Now()
	}
	return n.Now()
}

// client follows no redirect: a key is where its address says, and a token that
// is carried elsewhere is lost.
func (n *Network) client() (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if n.CAFile != "" {
		pem, _, err := keys.ReadPrivate(n.CAFile, 0, maxPEM)
		if err != nil {
			return nil, fmt.Errorf("private authorities: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("private authorities: %s has no certificate in PEM", n.CAFile)
		}
	}
	if ours := n.Certificate; ours != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return ours() }
	}
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: timeout, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
	if n.Dial != nil {
		t.Proxy, t.DialContext = nil, n.Dial
	}
	return &http.Client{
		Transport:     t,
		Timeout:       n.or(n.Timeout, timeout),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func (n *Network) or(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Pair reads a certificate and its key from files at each handshake.
func Pair(certificate, key string) (func() (*tls.Certificate, error), error) {
	if certificate == "" || key == "" {
		return nil, errors.New("a certificate without its key, or the other way round: name both files")
	}
	load := func() (*tls.Certificate, error) {
		c, err := readPair(certificate, key)
		if err != nil {
			return nil, fmt.Errorf("our certificate: %w", err)
		}
		return &c, nil
	}
	_, err := load()
	return load, err
}

// maxPEM is more than a chain of certificates takes.
const maxPEM = 1 << 20

func readPair(certificate, key string) (c tls.Certificate, err error) {
	chain, _, err := keys.ReadPrivate(certificate, 0, maxPEM)
	if err != nil {
		return c, err
	}
	private, _, err := keys.ReadPrivate(key, 0o007, maxPEM)
	if err != nil {
		return c, err
	}
	return tls.X509KeyPair(chain, private)
}
