//go:build real

package suricata_test

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// A capture is a file of pcap that a test makes: conversations of one client, each
// on a port of its own.
type capture struct {
	bytes.Buffer
	second uint32
}

var (
	client = netip.MustParseAddr("10.0.0.2")
	server = netip.MustParseAddr("203.0.113.5")
)

// A part is what one side says at once.
type part struct {
	up   bool // from client to server
	data []byte
}

const (
	protoICMP = 1
	protoTCP  = 6
	protoUDP  = 17

	fin, syn, psh, ack = 1, 2, 8, 16
)

func newCapture() *capture {
	c := &capture{}
	for _, v := range []any{uint32(0xa1b2c3d4), uint16(2), uint16(4), uint32(0), uint32(0), uint32(1 << 18), uint32(101)} { // 101: raw IP
		binary.Write(c, binary.LittleEndian, v)
	}
	return c
}

// tcp writes a connection, in segments of at most 1,400 bytes.
func (c *capture) tcp(from, to uint16, parts []part) {
	seq := [2]uint32{1000, 5000} // of client and server
	say := func(up bool, flags byte, data []byte) {
		me, other, src, dst := 1, 0, to, from
		if up {
			me, other, src, dst = 0, 1, from, to
		}
		head := make([]byte, 20)
		binary.BigEndian.PutUint16(head, src)
		binary.BigEndian.PutUint16(head[2:], dst)
		binary.BigEndian.PutUint32(head[4:], seq[me])
		if flags&ack != 0 {
			binary.BigEndian.PutUint32(head[8:], seq[other])
		}
		head[12], head[13] = 5<<4, flags
		binary.BigEndian.PutUint16(head[14:], 65535)
		c.ip(up, protoTCP, append(head, data...), 16)
		seq[me] += uint32(len(data))
		if flags&(syn|fin) != 0 {
			seq[me]++
		}
	}
	say(true, syn, nil)
	say(false, syn|ack, nil)
	say(true, ack, nil)
	for _, p := range parts {
		for data := p.data; len(data) > 0; {
			n := min(len(data), 1400)
			say(p.up, psh|ack, data[:n])
			say(!p.up, ack, nil)
			data = data[n:]
		}
	}
	say(true, fin|ack, nil)
	say(false, fin|ack, nil)
	say(true, ack, nil)
}

func (c *capture) udp(from, to uint16, parts []part) {
	for _, p := range parts {
		head := make([]byte, 8)
		src, dst := to, from
		if p.up {
			src, dst = from, to
		}
		binary.BigEndian.PutUint16(head, src)
		binary.BigEndian.PutUint16(head[2:], dst)
		binary.BigEndian.PutUint16(head[4:], uint16(8+len(p.data)))
		c.ip(p.up, protoUDP, append(head, p.data...), 6)
	}
}

// ip writes one packet; sum is where the checksum of what it carries stands.
func (c *capture) ip(up bool, proto byte, body []byte, sum int) {
	src, dst := server.As4(), client.As4()
	if up {
		src, dst = dst, src
	}
	pseudo := append(append(append([]byte{}, src[:]...), dst[:]...), 0, proto, byte(len(body)>>8), byte(len(body)))
	if proto == protoICMP {
		pseudo = nil
	}
	binary.BigEndian.PutUint16(body[sum:], checksum(append(pseudo, body...)))
	head := make([]byte, 20)
	head[0], head[8], head[9] = 0x45, 64, proto
	binary.BigEndian.PutUint16(head[2:], uint16(20+len(body)))
	copy(head[12:], src[:])
	copy(head[16:], dst[:])
	binary.BigEndian.PutUint16(head[10:], checksum(head))
	c.second++
	size := uint32(len(head) + len(body))
	for _, v := range []uint32{1_700_000_000 + c.second/100, c.second % 100 * 1000, size, size} {
		binary.Write(c, binary.LittleEndian, v)
	}
	c.Write(head)
	c.Write(body)
}

func checksum(b []byte) uint16 {
	var s uint32
	for i := 0; i+1 < len(b); i += 2 {
		s += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		s += uint32(b[len(b)-1]) << 8
	}
	for s>>16 != 0 {
		s = s&0xffff + s>>16
	}
	return ^uint16(s)
}
