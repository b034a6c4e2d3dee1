//go:build real

package suricata_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/suricata"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// conf is what these tests need of Suricata, inline.
const conf = `%YAML 1.1
---
vars:
  address-groups: {HOME_NET: "[10.0.0.0/8]", EXTERNAL_NET: "!$HOME_NET"}
outputs: [{eve-log: {enabled: yes, filetype: regular, filename: eve.json, types: [alert, drop]}}]
app-layer:
  protocols:
    tls: {enabled: yes, detection-ports: {dp: 443}}
    http: {enabled: yes}
    quic: {enabled: yes}
    dns: {tcp: {enabled: yes, detection-ports: {dp: 53}}, udp: {enabled: yes, detection-ports: {dp: 53}}}
stream: {inline: auto}
classification-file: classification.config
reference-config-file: /dev/null
`

// A talk is one conversation, and whether it has to be dropped.
type talk struct {
	name  string
	drop  bool
	write func(c *capture, port uint16)
}

func over443(said []part) func(*capture, uint16) {
	return func(c *capture, port uint16) { c.tcp(port, 443, said) }
}

func over80(requests ...string) func(*capture, uint16) {
	return func(c *capture, port uint16) { c.tcp(port, 80, withHTTP(requests...)) }
}

func asked(names ...string) func(*capture, uint16) {
	return func(c *capture, port uint16) { c.udp(port, 53, withDNS(names...)) }
}

func datagrams(to uint16, said []part) func(*capture, uint16) {
	return func(c *capture, port uint16) { c.udp(port, to, said) }
}

func talks(t *testing.T) []talk {
	const host, other = "api.scaleway.ai", "api.openai.com"
	return []talk{
		{"tls", false, over443(withTLS(t, host, 0))},
		{"tls 1.2", false, over443(withTLS(t, host, tls.VersionTLS12))},
		{"tls, in capitals", false, over443(withTLS(t, "API.Scaleway.AI", 0))},
		{"tls, hello in pieces", false, over443(cut(withTLS(t, host, 0), 300))},
		{"tls, other port", false, func(c *capture, port uint16) { c.tcp(port, 8443, withTLS(t, host, 0)) }},
		{"http", false, over80(get(host), get(host))},
		{"http, in capitals", false, over80(get("API.Scaleway.AI"))},
		{"http, with a port", false, over80(get(host + ":80"))},
		{"dns", false, asked(host, "API.SCALEWAY.AI")},
		{"quic", false, datagrams(443, withQUIC(t, host))},

		{"tls to another", true, over443(withTLS(t, other, 0))},
		{"tls 1.2 to another", true, over443(withTLS(t, other, tls.VersionTLS12))},
		{"tls to another, in capitals", true, over443(withTLS(t, "API.OPENAI.COM", 0))},
		{"tls to another, hello in pieces", true, over443(cut(withTLS(t, other, 0), 300))},
		{"tls to another, hello byte by byte", true, over443(cut(withTLS(t, other, 0), 1))},
		{"tls to another, with a dot behind", true, over443(dotted(t, other))},
		{"tls to another, other port", true, func(c *capture, port uint16) { c.tcp(port, 8443, withTLS(t, other, 0)) }},
		{"tls to what begins alike", true, over443(withTLS(t, host+".evil.example", 0))},
		{"tls to what ends alike", true, over443(withTLS(t, "evil-"+host, 0))},
		{"tls to a name below", true, over443(withTLS(t, "x."+host, 0))},
		{"tls to an address", true, over443(withTLS(t, "", 0))},
		{"tls 1.2 to an address", true, over443(withTLS(t, "", tls.VersionTLS12))},
		{"http to another", true, over80(get(other))},
		{"http to another behind an allowed request", true, over80(get(host), get(host), get(other))},
		{"http to an address", true, over80(get("203.0.113.5"))},
		{"http without a host", true, over80("GET / HTTP/1.0\r\n\r\n")},
		{"http with two hosts", true, over80("GET http://" + other + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n")},
		{"http tunnel", true, over80("CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + "\r\n\r\n")},
		{"dns for another", true, asked(other)},
		{"dns for another behind an allowed question", true, asked(host, other)},
		{"dns that carries data out", true, asked("c2VjcmV0." + host)},
		{"quic to another", true, datagrams(443, withQUIC(t, other))},
		{"ssh", true, func(c *capture, port uint16) {
			c.tcp(port, 22, []part{{false, []byte("SSH-2.0-OpenSSH_9.2\r\n")}, {true, []byte("SSH-2.0-OpenSSH_9.2\r\n")}, {true, make([]byte, 1200)}})
		}},
		{"a database, in clear", true, func(c *capture, port uint16) {
			c.tcp(port, 5432, []part{{true, append([]byte{0, 0, 0, 23, 0, 3, 0, 0}, "user\x00x\x00\x00"...)}, {true, make([]byte, 9000)}})
		}},
		{"http/2 in clear", true, func(c *capture, port uint16) {
			settings := "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
			c.tcp(port, 80, []part{{true, []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)}, {false, []byte(settings)}, {true, []byte("\x00\x00\x03\x01\x05\x00\x00\x00\x01\x82\x86\x84")}})
		}},
		{"some other tcp", true, func(c *capture, port uint16) {
			c.tcp(port, 4444, []part{{true, []byte("hello there")}, {false, []byte("yes")}, {true, make([]byte, 6000)}})
		}},
		{"some other udp", true, datagrams(5000, []part{{true, []byte("hello there")}})},
		{"ping", true, func(c *capture, port uint16) {
			c.ip(true, protoICMP, append([]byte{8, 0, 0, 0, byte(port >> 8), byte(port), 0, 1}, "data"...), 2)
		}},
	}
}

// TestRealSuricata: Suricata itself drops what has no allowed name.
func TestRealSuricata(t *testing.T) {
	bin := peer.Path(t, "suricata")
	dir := enforcetest.Written(t, suricata.Target, enforcetest.Sends)
	list, c := talks(t), newCapture()
	for i := range list {
		list[i].write(c, uint16(20000+i))
	}
	for name, data := range map[string][]byte{"talk.pcap": c.Bytes(), "suricata.yaml": []byte(conf), "classification.config": []byte("config classification: policy-violation,Potential Corporate Privacy Violation,1\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(bin, "-c", "suricata.yaml", "-S", "bailiwick.rules", "-r", "talk.pcap", "-l", ".", "-k", "all", "--simulate-ips", "--init-errors-fatal")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "Error:") {
		t.Fatalf("%v\n%s", err, out)
	}
	dropped := blocked(t, filepath.Join(dir, "eve.json"))
	allowed, refused := 0, 0
	for i, k := range list {
		why := dropped[20000+i]
		if k.name == "ping" { // it has no ports
			why = dropped[0]
		}
		switch {
		case k.drop && why == "":
			t.Errorf("%s: let through", k.name)
		case !k.drop && why != "":
			t.Errorf("%s: dropped: %s", k.name, why)
		case k.drop:
			refused++
		default:
			allowed++
		}
	}
	t.Logf("%d allowed, %d refused of %d conversations", allowed, refused, len(list))
}

// blocked are the ports of clients whose conversations were dropped, and why.
func blocked(t *testing.T, eve string) map[int]string {
	f, err := os.Open(eve)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[int]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		var e struct {
			From  int `json:"src_port"`
			To    int `json:"dest_port"`
			Alert struct{ Action, Signature string }
			Drop  struct{ Reason string } // where no rule was needed
		}
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if port := max(e.From, e.To); e.Alert.Action == "blocked" {
			out[port] = e.Alert.Signature
		} else if e.Drop.Reason != "" && out[port] == "" {
			out[port] = e.Drop.Reason
		}
	}
	return out
}
