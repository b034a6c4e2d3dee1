package kbs

import (
	"net/netip"
	"sync"
	"time"
)

// peers are who asked lately: each address has a bucket of requests that fills
// at a rate. Of IPv6 a /64 is one peer, as one host has all of it.
type peers struct {
	rate, burst float64

	mu      sync.Mutex
	buckets map[netip.Addr]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// maxPeers bounds what is remembered. When there are more, those whose bucket
// is full again are forgotten, and then everybody.
const maxPeers = 1 << 16

func newPeers(l Limits) *peers {
	return &peers{rate: l.Rate, burst: float64(l.Burst), buckets: map[netip.Addr]bucket{}}
}

// may says whether the peer may ask now.
func (p *peers) may(remote string, now time.Time) bool {
	var who netip.Addr
	if at, err := netip.ParseAddrPort(remote); err == nil {
		if who = at.Addr().Unmap().WithZone(""); who.Is6() {
			prefix, _ := who.Prefix(64)
			who = prefix.Addr()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.buckets[who]
	if !ok {
		p.room(now)
		b = bucket{p.burst, now}
	}
	b.left, b.at = min(p.burst, b.left+now.Sub(b.at).Seconds()*p.rate), now
	ok = b.left >= 1
	if ok {
		b.left--
	}
	p.buckets[who] = b
	return ok
}

func (p *peers) room(now time.Time) {
	if len(p.buckets) < maxPeers {
		return
	}
	for who, b := range p.buckets {
		if b.left+now.Sub(b.at).Seconds()*p.rate >= p.burst {
			delete(p.buckets, who)
		}
	}
	if len(p.buckets) >= maxPeers {
		clear(p.buckets)
	}
}
