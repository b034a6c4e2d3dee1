// Package apiserver builds and starts a real API server of Kubernetes for tests:
// what it refuses, a cluster refuses.
package apiserver

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	token   = "bailiwick-test" // of the only user with a credential, who may do everything
	patient = 2 * time.Minute  // until it is ready; three seconds on a machine that does nothing else
)

// A Server is one that runs, with a database of its own. Nothing runs in it but
// the API: no controller makes pods of a deployment, and no node takes them.
type Server struct {
	URL string // https://127.0.0.1:port
	CA  []byte // PEM, of its certificate
	// Token is that of an administrator.
	Token string

	client *http.Client
}

// Start builds the server if need be, starts it with the flags in addition to its
// own, and stops it when the test ends.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	binary, err := Build()
	if err != nil {
		t.Fatalf("build the API server: %v", err)
	}
	dir := t.TempDir()
	ports := free(t, 3)
	for name, text := range map[string]string{"tokens.csv": token + ",admin,admin,system:masters\n", "account.key": key(t)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	account := filepath.Join(dir, "account.key")
	cmd := exec.Command(binary, append([]string{filepath.Join(dir, "etcd"), ports[0], ports[1],
		"--bind-address=127.0.0.1", "--secure-port=" + ports[2], "--cert-dir=" + filepath.Join(dir, "certs"),
		"--endpoint-reconciler-type=none", // the address of others may not be loopback
		"--token-auth-file=" + filepath.Join(dir, "tokens.csv"), "--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.96.0.0/16", "--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + account, "--service-account-signing-key-file=" + account,
		"--disable-admission-plugins=ServiceAccount"}, flags...)...) // no controller makes accounts for pods
	var talk tail
	cmd.Stdout, cmd.Stderr = &talk, &talk
	alive, err := cmd.StdinPipe() // the server ends when we do
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		alive.Close()
		cmd.Process.Kill() // asked to end, it waits for its database for minutes
		<-ended
	})
	s := &Server{URL: "https://127.0.0.1:" + ports[2], Token: token}
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the API server ended: %v\n%s", err, talk.String())
		default:
		}
		if s.ready(filepath.Join(dir, "certs", "apiserver.crt")) {
			return s
		}
		if time.Since(begun) > patient {
			t.Fatalf("the API server is not ready after %s\n%s", patient, talk.String())
		}
	}
}

// ready reports whether the server answers and has made its namespaces.
func (s *Server) ready(cert string) bool {
	if s.client == nil {
		ca, err := os.ReadFile(cert)
		if err != nil {
			return false
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(ca) {
			return false
		}
		s.CA, s.client = ca, &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	}
	for _, path := range []string{"/readyz", "/api/v1/namespaces/default", "/api/v1/namespaces/kube-system"} {
		if status, _, err := s.send(http.MethodGet, path, "", nil); err != nil || status != http.StatusOK {
			return false
		}
	}
	return true
}

// Do sends a request and returns the status and the object that comes back. The
// body is marshalled as JSON, unless it is bytes already. A patch is one that
// merges, strategically where the path is of a core type.
func (s *Server) Do(t testing.TB, method, path string, body any) (int, map[string]any) {
	t.Helper()
	kind := "application/json"
	if method == http.MethodPatch {
		kind = "application/strategic-merge-patch+json"
	}
	var text []byte
	switch b := body.(type) {
	case nil:
	case []byte:
		text = b
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			t.Fatal(err)
		}
	}
	status, answer, err := s.send(method, path, kind, text)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	var out map[string]any
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return status, out
}

func (s *Server) send(method, path, kind string, body []byte) (int, []byte, error) {
	req, err := http.NewRequest(method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	return resp.StatusCode, answer, err
}

// Message is what an answer says of why it is none.
func Message(answer map[string]any) string {
	text, _ := answer["message"].(string)
	return text
}

// free are ports of loopback that nobody listens on.
func free(t testing.TB, n int) []string {
	t.Helper()
	out := make([]string, n)
	for i := range out {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // not before all are found, or two may be one
		_, out[i], _ = net.SplitHostPort(l.Addr().String())
	}
	return out
}

// key is a key for the tokens of service accounts, in PEM.
func key(t testing.TB) string {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// A tail keeps the end of what is written to it.
type tail struct{ lines []string }

func (l *tail) Write(p []byte) (int, error) {
	l.lines = append(l.lines, string(p))
	l.lines = l.lines[max(0, len(l.lines)-40):]
	return len(p), nil
}

func (l *tail) String() string { return fmt.Sprint(strings.Join(l.lines, "")) }
