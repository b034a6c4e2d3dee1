package admit

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// A Pair is a serving certificate that somebody else renews in files, as
// cert-manager does in a mounted secret.
type Pair struct {
	cert, key string // files

	mu   sync.Mutex
	src  [2][]byte
	pair *tls.Certificate
}

// NewPair reads the files.
func NewPair(cert, key string) (*Pair, error) {
	p := &Pair{cert: cert, key: key}
	return p, p.Renew()
}

// Renew reads the files again when they changed. A pair that does not fit, as while
// one of the two files has been replaced, leaves the last one in use.
func (p *Pair) Renew() error {
	var src [2][]byte
	for i, path := range []string{p.cert, p.key} {
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the serving certificate: %w", err)
		}
		src[i] = b
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if bytes.Equal(src[0], p.src[0]) && bytes.Equal(src[1], p.src[1]) {
		return nil
	}
	pair, err := tls.X509KeyPair(src[0], src[1])
	if err != nil {
		return fmt.Errorf("the serving certificate %s and its key %s: %w", p.cert, p.key, err)
	}
	p.src, p.pair = src, &pair
	return nil
}

// Certificate is the one that serves now.
func (p *Pair) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pair, nil
}

// Ends tells when it ends.
func (p *Pair) Ends() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pair.Leaf.NotAfter
}
