//go:build real

package suricata_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/quic"
)

// A listener keeps what a client and a server say to each other.
type listener struct {
	net.Conn
	said []part
}

func (l *listener) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.said = append(l.said, part{false, bytes.Clone(b[:n])})
	}
	return n, err
}

func (l *listener) Write(b []byte) (int, error) {
	l.said = append(l.said, part{true, bytes.Clone(b)})
	return l.Conn.Write(b)
}

// withTLS is a real connection with TLS to the name; none without one.
func withTLS(t *testing.T, name string, version uint16) []part {
	t.Helper()
	own := httptest.NewUnstartedServer(nil)
	own.StartTLS()
	defer own.Close()
	here, there := net.Pipe()
	go func() {
		conn := tls.Server(there, &tls.Config{Certificates: own.TLS.Certificates})
		if conn.Handshake() == nil {
			conn.Write([]byte("welcome"))
		}
		conn.Close()
	}()
	l := &listener{Conn: here}
	here.SetDeadline(time.Now().Add(10 * time.Second))
	conn := tls.Client(l, &tls.Config{ServerName: name, InsecureSkipVerify: true, MaxVersion: version})
	if _, err := conn.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	return l.said
}

// dotted is a connection to the name with a dot behind it, which a client of good
// manners does not send.
func dotted(t *testing.T, name string) []part {
	said := withTLS(t, name+"x", 0)
	said[0].data = bytes.Replace(said[0].data, []byte(name+"x"), []byte(name+"."), 1)
	return said
}

// cut says the first thing in pieces.
func cut(said []part, size int) []part {
	var out []part
	for data := said[0].data; len(data) > 0; {
		n := min(size, len(data))
		out, data = append(out, part{true, data[:n]}), data[n:]
	}
	return append(out, said[1:]...)
}

// packets keeps what a client of QUIC sends; nobody answers.
type packets struct {
	net.PacketConn
	sent chan []byte
}

func (p *packets) WriteTo(b []byte, to net.Addr) (int, error) {
	select {
	case p.sent <- bytes.Clone(b):
	default:
	}
	return len(b), nil
}

// withQUIC are the first packets of a client of QUIC.
func withQUIC(t *testing.T, name string) []part {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &packets{conn, make(chan []byte, 8)}
	end, err := quic.NewEndpoint(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	defer end.Close(ctx)
	config := &quic.Config{TLSConfig: &tls.Config{ServerName: name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, NextProtos: []string{"h3"}, CurvePreferences: []tls.CurveID{tls.X25519}}}
	go end.Dial(ctx, "udp", "127.0.0.1:9", config)
	return []part{{true, <-p.sent}}
}

// withHTTP are requests on one connection, each answered.
func withHTTP(requests ...string) []part {
	var out []part
	for _, r := range requests {
		out = append(out, part{true, []byte(r)}, part{false, []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")})
	}
	return out
}

func get(host string) string { return fmt.Sprintf("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host) }

// withDNS asks for names, from one port.
func withDNS(names ...string) []part {
	var out []part
	for i, name := range names {
		q := binary.BigEndian.AppendUint16(nil, uint16(100+i))
		q = append(q, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
		for _, label := range strings.Split(name, ".") {
			q = append(append(q, byte(len(label))), label...)
		}
		q = append(q, 0, 0, 1, 0, 1)
		answer := bytes.Clone(q)
		answer[2], answer[3], answer[7] = 0x81, 0x80, 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 5)
		out = append(out, part{true, q}, part{false, answer})
	}
	return out
}
