package admit_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
)

// trusts reports whether who has the bundle trusts what serves.
func trusts(t testing.TB, bundle []byte, c admit.Certificates, name string, at time.Time) bool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		t.Fatal("the bundle holds no certificate")
	}
	pair, err := c.Certificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	return err == nil
}

// TestRotation lets twenty years pass: a bundle that is a year old always trusts
// what serves.
func TestRotation(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		now := day
		a, err := admit.NewAuthority(dir, []string{"bailiwick-admit.bailiwick.svc"}, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		var bundles [][]byte
		served := map[string]bool{}
		for week := range 52 * 20 {
			bundles = append(bundles, a.Bundle())
			old := bundles[max(0, week-51)]
			if !trusts(t, old, a, "bailiwick-admit.bailiwick.svc", now) {
				t.Fatalf("in week %d who has the bundle of last year does not trust it", week)
			}
			pair, _ := a.Certificate(nil)
			served[string(pair.Certificate[0])] = true
			if left := a.Ends().Sub(now); left < 20*24*time.Hour {
				t.Fatalf("in week %d it ends in %v", week, left)
			}
			now = now.Add(7 * 24 * time.Hour)
			if dir != "" && week%40 == 0 { // a restart goes on with what is there
				before := a.Bundle()
				if a, err = admit.NewAuthority(dir, []string{"bailiwick-admit.bailiwick.svc"}, func() time.Time { return now }); err != nil {
					t.Fatal(err)
				}
				if !bytes.Contains(a.Bundle(), before) && week < 52*8 {
					t.Fatalf("a restart made another authority")
				}
			} else if err := a.Renew(); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(served); n < 100 || n > 200 || bytes.Equal(bundles[0], a.Bundle()) {
			t.Errorf("%d certificates in twenty years", n)
		}
		if trusts(t, a.Bundle(), a, "other.svc", now) {
			t.Error("it is for any name")
		}
		if dir == "" {
			continue
		}
		for _, secret := range []string{"ca.key", "tls.key"} {
			if info, err := os.Stat(filepath.Join(dir, secret)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v %v", secret, info, err)
			}
		}
		// For another name a new certificate of the same authority is made.
		b, err := admit.NewAuthority(dir, []string{"other.svc"}, func() time.Time { return now })
		if err != nil || !trusts(t, a.Bundle(), b, "other.svc", now) {
			t.Errorf("another name: %v", err)
		}
		write(t, dir, "ca.key", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
		if _, err := admit.NewAuthority(dir, []string{"other.svc"}, time.Now); err == nil {
			t.Error("a broken authority is replaced without a word")
		}
	}
}

// TestPair takes over what somebody else renews, and keeps what fits while the two
// files do not.
func TestPair(t *testing.T) {
	dirs := []string{t.TempDir(), t.TempDir()}
	read := func(i int, name string) string {
		b, err := os.ReadFile(filepath.Join(dirs[i], name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, d := range dirs {
		if _, err := admit.NewAuthority(d, []string{"x.svc"}, time.Now); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	put := func(i int, name string) { write(t, dir, name, read(i, name)) }
	put(0, "tls.crt")
	if _, err := admit.NewPair(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")); err == nil {
		t.Fatal("a certificate without a key is taken")
	}
	put(0, "tls.key")
	p, err := admit.NewPair(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	put(1, "tls.crt")
	if err := p.Renew(); err == nil || !trusts(t, []byte(read(0, "ca.crt")), p, "x.svc", time.Now()) {
		t.Errorf("halfway: %v", err)
	}
	put(1, "tls.key")
	if err := p.Renew(); err != nil || !trusts(t, []byte(read(1, "ca.crt")), p, "x.svc", time.Now()) {
		t.Errorf("renewed: %v", err)
	}
}

// TestServe serves over TLS, and drains when it is told to end: calls that come
// meanwhile are answered.
func TestServe(t *testing.T) {
	a, err := admit.NewAuthority("", []string{"127.0.0.1"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	s := &admit.Service{Server: admit.New(judgeOf(t, careless+"/perimeter.yaml"), admit.Enforce, quiet()), Certificates: a, Webhook: listen(), Health: listen(), Poll: 10 * time.Millisecond, Lag: 300 * time.Millisecond, Grace: 5 * time.Second}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(a.Bundle())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	b := body(t, asked(t, "CREATE", objectsIn(t, pod)[0]))
	call := func() error {
		resp, err := client.Post("https://"+s.Webhook.Addr().String()+"/admit?timeout=3s", "application/json", bytes.NewReader(b))
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := call(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Post("https://"+s.Webhook.Addr().String()+"/admit", "application/json", bytes.NewReader(b)); err == nil {
		t.Error("who does not have the bundle trusts it")
	}
	end()
	time.Sleep(50 * time.Millisecond)
	resp, err := http.Get("http://" + s.Health.Addr().String() + "/readyz")
	if err != nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("while it drains: %v %v", resp, err)
	} else {
		resp.Body.Close()
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := call(); err != nil {
				t.Errorf("while it drains: %v", err)
			}
		})
	}
	wg.Wait()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := call(); err == nil {
		t.Error("it answers after its end")
	}
}
