package traffic

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// squidLog is the access log of Squid, in the formats that it ships: squid, common
// and combined. One that somebody made with logformat does not say what its
// columns are, and is not known.
var squidLog = &medium{
	name: "an access log of Squid",
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { _, ok := squidLine(string(l)); return ok })
	},
	read: func(u *unit) error {
		return u.lines(func(l []byte) verdict {
			s, ok := squidLine(string(l))
			if !ok {
				return broken
			}
			return u.squid(&s)
		})
	},
}

// A squidEntry is what a line says, whatever its format.
type squidEntry struct {
	time, client, method, target string
	result                       string // TCP_MISS, TCP_DENIED …
	size                         string // what the client got
	hierarchy, peer              string // HIER_DIRECT and the address that was dialled
}

// squidLine reads
//
//	TIME.MS ELAPSED CLIENT RESULT/CODE SIZE METHOD URL USER HIERARCHY/PEER TYPE
//	CLIENT IDENT USER [TIME] "METHOD URL VERSION" CODE SIZE ["REFERER" "AGENT"] RESULT:HIERARCHY
func squidLine(l string) (e squidEntry, ok bool) {
	f := logs.Fields(l, 12)
	if len(f) < 9 {
		return e, false
	}
	if result, code, cut := strings.Cut(f[3], "/"); cut && squidResult(result) && len(code) == 3 && digits(code) {
		hierarchy, peer, both := strings.Cut(f[8], "/")
		return squidEntry{f[0], f[2], f[5], f[6], result, f[4], hierarchy, peer}, both && !logs.Moment(f[0]).IsZero()
	}
	result, hierarchy, cut := strings.Cut(f[len(f)-1], ":")
	request := strings.Fields(f[5])
	if !cut || !squidResult(result) || len(request) < 2 || len(f[3]) == 0 || f[3][0] != '[' {
		return e, false
	}
	at := strings.TrimPrefix(f[3], "[") + " " + strings.TrimSuffix(f[4], "]")
	return squidEntry{at, f[0], request[0], request[1], result, f[7], hierarchy, ""}, true
}

// squidResult reports whether a word is one of those by which Squid says how a
// request ended.
func squidResult(s string) bool {
	if s == "NONE" {
		return true
	}
	for _, kind := range []string{"TCP_", "UDP_", "NONE_", "TAG_"} {
		if strings.HasPrefix(s, kind) {
			return true
		}
	}
	return false
}

func (u *unit) squid(e *squidEntry) verdict {
	denied := strings.Contains(e.result, "DENIED")
	asked := strings.TrimPrefix(e.hierarchy, "HIER_")
	if asked == "NONE" && !denied {
		u.good++
		return taken // the cache answered, or the request was none: nobody was called
	}
	r := &record{src: netip.AddrPortFrom(logs.Address(e.client), 0), count: 1, blocked: denied}
	r.seen(logs.Moment(e.time))
	target := e.target
	if at, err := url.Parse(target); err == nil && at.Host != "" {
		target = at.Host
	}
	host, at := hostPort(target)
	if host == "" && !at.Addr().IsValid() {
		return broken
	}
	r.hosts[0], r.dst = host, at
	_, peer := hostPort(e.peer)
	if strings.HasSuffix(asked, "DIRECT") && peer.Addr().IsValid() {
		r.dst = netip.AddrPortFrom(peer.Addr(), at.Port()) // behind a parent, the peer is the parent
	}
	// What the client got is counted, and what it sent is not: the bytes are not known.
	if n, ok := logs.Count([]byte(e.size)); ok {
		r.received = n
	}
	u.add(r)
	return taken
}
