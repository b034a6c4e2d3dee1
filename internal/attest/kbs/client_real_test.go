//go:build real

package kbs_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// built is a program that bench/kbs/build.sh makes of the guest components.
func built(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("CORPUS"), "kbsclient", "target", "debug", name)
	if _, err := os.Stat(path); os.Getenv("CORPUS") == "" || err != nil {
		t.Fatalf("CORPUS holds no %s: run bench/kbs/build.sh CORPUS first", path)
	}
	return path
}

// hardware answers report data with evidence, on a socket.
func hardware(t *testing.T, prove func(data []byte) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			line, err := bufio.NewReader(c).ReadString('\n')
			if data, wrong := hex.DecodeString(strings.TrimSpace(line)); err == nil && wrong == nil {
				_, _ = c.Write([]byte(prove(data)))
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

// TestCorpusClient: the client of Confidential Containers, its source
// unchanged, gets keys where they may be and none elsewhere.
func TestCorpusClient(t *testing.T) {
	program := built(t, "guest")
	w := newWorld(t)
	tdx := func(change func(*mint.Quote)) func([]byte) string {
		return func(data []byte) string {
			raw, err := json.Marshal(w.tdx(change)(data))
			if err != nil {
				panic(err)
			}
			return string(raw)
		}
	}
	snp := func(change func(*mint.SNP)) func([]byte) string {
		return func(data []byte) string {
			s := mint.SNP{Version: 3, Family: 0x19, Model: 0x01, Measurement: code, ChipID: munich, TCB: level}
			change(&s)
			copy(s.ReportData[:], data)
			e := w.amd.Report(s)
			return hex.EncodeToString(e.Report) + " " + hex.EncodeToString(e.Certificates[0].Raw)
		}
	}
	plain := func(*mint.SNP) {}
	for _, c := range []struct {
		name, tee string
		prove     func([]byte) string
		resource  string
		algorithm string
		says      string // of what is refused
	}{
		{"TDX", "tdx", tdx(nil), "clinic/model/key", "ECDH-ES+A256KW-P256", ""},
		{"TDX, P-521", "tdx", tdx(nil), "clinic/model/key", "ECDH-ES+A256KW-P521", ""},
		{"TDX, RSA", "tdx", tdx(nil), "clinic/model/key", "RSA-OAEP-256", ""},
		{"SNP of version 2", "snp", snp(func(s *mint.SNP) { s.Version = 2 }), "clinic/model/key", "ECDH-ES+A256KW-P256", ""},
		{"SNP of version 3", "snp", snp(plain), "clinic/model/key", "ECDH-ES+A256KW-P256", ""},
		{"SNP of version 5", "snp", snp(func(s *mint.SNP) { s.Version = 5 }), "clinic/model/key", "ECDH-ES+A256KW-P256", ""},
		{"wrong country", "tdx", tdx(func(q *mint.Quote) { q.PPID = denver }), "clinic/model/key", "ECDH-ES+A256KW-P256", "refused: place"},
		{"debug", "tdx", tdx(func(q *mint.Quote) { q.Debug = true }), "clinic/model/key", "ECDH-ES+A256KW-P256", "refused: debug"},
		{"no perimeter", "tdx", tdx(nil), "clinic/any/key", "ECDH-ES+A256KW-P256", "refused: perimeter"},
		{"another's report data", "tdx", func([]byte) string { return tdx(nil)(make([]byte, 48)) }, "clinic/model/key", "ECDH-ES+A256KW-P256", "refused: nonce"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			cmd := exec.CommandContext(t.Context(), program, w.url, c.tee, hardware(t, c.prove), c.resource, c.algorithm)
			cmd.Stdout, cmd.Stderr = &out, &errs
			err := cmd.Run()
			if c.says == "" {
				if err != nil || strings.TrimSpace(out.String()) != secret {
					t.Fatalf("got %q, %v\n%s", out.String(), err, errs.String())
				}
				return
			}
			if err == nil || !strings.Contains(errs.String(), c.says) {
				t.Fatalf("got %q, %v, want %q\n%s", out.String(), err, c.says, errs.String())
			}
		})
	}
}

// TestCorpusAttester runs the program that the guest components ship. Without
// hardware it sends a sample.
func TestCorpusAttester(t *testing.T) {
	program := built(t, "trustee-attester")
	w := newWorld(t, func(w *world) {
		w.options.Sample = true
		w.state.Policy = parse(t, []byte("apiVersion: bailiwick/v1\nkind: ReleasePolicy\nrules: [{resources: [clinic/model/key], sample: true}]\n"))
	})
	out, err := exec.CommandContext(t.Context(), program, "--url", w.url, "get-resource", "--path", "clinic/model/key").Output()
	if err != nil {
		t.Fatal(err, string(out))
	}
	got, err := base64.StdEncoding.DecodeString(lastLine(string(out)))
	if err != nil || string(got) != secret {
		t.Errorf("got %q, %v", got, err)
	}
	if e := w.journal.last(); e.Decision != kbs.Released || e.Kind != "sample" || e.Place.Grade != attest.Unknown {
		t.Errorf("the journal has %+v", e)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
