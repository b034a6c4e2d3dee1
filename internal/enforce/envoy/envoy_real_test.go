//go:build real

package envoy_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/envoy"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// A gateway answers what Envoy asks (envoy.service.auth.v3.Authorization/Check),
// as one that speaks gRPC does.
type gateway struct {
	denies atomic.Bool
	asked  atomic.Int32
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if bytes.Contains(body, []byte("api.scaleway.ai")) { // the name that the client gave
		g.asked.Add(1)
	}
	answer := []byte{0x0a, 0} // status: OK
	if g.denies.Load() {
		answer = []byte{0x0a, 2, 0x08, 7} // status: {code: PERMISSION_DENIED}
	}
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("Trailer", "Grpc-Status")
	w.Write(append([]byte{0, 0, 0, 0, byte(len(answer))}, answer...))
	w.Header().Set("Grpc-Status", "0")
}

// free is an address of this machine on which nobody listens.
func free(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run starts Envoy with what was written, with the addresses of this machine in
// place of those of the world.
func run(t *testing.T, upstream, gate string) (at string) {
	t.Helper()
	dir := enforcetest.Written(t, envoy.Target, enforcetest.Sends)
	src, err := os.ReadFile(filepath.Join(dir, "envoy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	at = free(t)
	port := func(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }
	text := strings.NewReplacer(
		"address: 0.0.0.0, port_value: 8443", "address: 127.0.0.1, port_value: "+port(at),
		"port_value: 9191", "port_value: "+port(gate),
		`address: "api.scaleway.ai", port_value: 443`, `address: "127.0.0.1", port_value: `+port(upstream),
	).Replace(string(src))
	file := filepath.Join(dir, "local.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	bin := peer.Path(t, "envoy")
	for _, name := range []string{file, filepath.Join(dir, "envoy.yaml")} {
		if out, err := exec.Command(bin, "--mode", "validate", "-c", name).CombinedOutput(); err != nil {
			t.Fatalf("envoy --mode validate: %v\n%s", err, out)
		}
	}
	var talk bytes.Buffer
	cmd := exec.Command(bin, "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
	cmd.Stdout, cmd.Stderr = &talk, &talk
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(talk.String())
		}
	})
	for range 100 {
		if c, err := net.Dial("tcp", at); err == nil {
			c.Close()
			return at
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("envoy does not listen")
	return ""
}

// get asks the upstream through Envoy, with the name of a host.
func get(at, name string) error {
	conn, err := net.DialTimeout("tcp", at, 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	c := tls.Client(conn, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	all, err := io.ReadAll(c)
	if err == nil && !strings.Contains(string(all), "welcome") {
		err = fmt.Errorf("answered %q", all)
	}
	return err
}

// TestRealEnvoy: Envoy itself passes the allowed host on, and nothing else.
func TestRealEnvoy(t *testing.T) {
	up := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "welcome") }))
	defer up.Close()
	g := &gateway{}
	gate := httptest.NewUnstartedServer(g)
	gate.Config.Protocols = &http.Protocols{}
	gate.Config.Protocols.SetUnencryptedHTTP2(true)
	gate.Start()
	at := run(t, up.Listener.Addr().String(), gate.Listener.Addr().String())

	for _, name := range []string{"api.scaleway.ai", "API.Scaleway.AI"} {
		if err := get(at, name); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	if g.asked.Load() != 2 {
		t.Errorf("the gateway was asked about the name %d times, not 2", g.asked.Load())
	}
	refused := 0
	for _, name := range []string{"api.openai.com", "API.OPENAI.COM", "x.api.scaleway.ai", "api.scaleway.ai.evil.example", "evil-api.scaleway.ai", "scaleway.ai", "" /* an address */} {
		if err := get(at, name); err == nil {
			t.Errorf("%q is let through", name)
		} else {
			refused++
		}
	}
	conn, err := net.Dial("tcp", at) // no TLS
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: api.scaleway.ai\r\n\r\n")
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if all, _ := io.ReadAll(conn); len(all) > 0 {
		t.Errorf("clear text is answered: %q", all)
	} else {
		refused++
	}
	g.denies.Store(true)
	if err := get(at, "api.scaleway.ai"); err == nil {
		t.Error("what the gateway refuses is let through")
	} else {
		refused++
	}
	g.denies.Store(false)
	gate.CloseClientConnections()
	gate.Close()
	if err := get(at, "api.scaleway.ai"); err == nil {
		t.Error("without the gateway it is let through")
	} else {
		refused++
	}
	t.Logf("2 allowed, %d of 10 refused", refused)
}
