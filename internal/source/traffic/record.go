package traffic

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A record is what one line or document says that somebody sent to somebody.
type record struct {
	from string         // the workload that calls, as the medium names it
	src  netip.AddrPort // its address

	// The other end: the names that it was called by, the first that somebody
	// outside may answer to counts; its address; the workload that it is.
	hosts    [3]string
	dst      netip.AddrPort
	workload string

	purpose string // "" is data
	inbound bool   // the medium says that it comes in
	blocked bool   // it was refused on the way
	failed  bool   // it did not get there: nothing was sent

	count          int64
	sent, received int64
	hasBytes       bool
	first, last    time.Time

	via        string // how it is known, for a person
	incomplete string // why it does not say all
	uid        string // of the connection, to join records of several logs
	log        string // which of several logs of one medium it is of
	lookup     bool   // the name was asked for, nothing was sent that we know of
	model      string // the model that was asked
	class      graph.ClassID
}

// where is what a record means.
type where byte

const (
	out    where = iota // a flow to somebody outside, or to a named workload
	within              // it stays inside
	in                  // somebody outside calls
)

// judge says what a record means, and whom it calls by what other name.
func (r *record) judge() (w where, to, other string) {
	if r.inbound {
		return in, "", ""
	}
	host := r.host()
	if host != "" {
		for _, h := range r.hosts {
			if h != host && outside(h) {
				other = h
			}
		}
		if a := r.dst.Addr(); other == "" && public(a) {
			other = a.String()
		}
		return out, named(host, r.dst.Port()), other
	}
	switch {
	case public(r.dst.Addr()):
		if r.dst.Port() == 0 {
			return out, r.dst.Addr().String(), ""
		}
		return out, r.dst.String(), ""
	case public(r.src.Addr()) && r.from == "" && !r.lookup && !r.dst.Addr().IsMulticast():
		return in, "", ""
	case r.workload != "" && r.from != "":
		return out, r.workload, ""
	case r.dst.Addr().IsValid() || r.hosts != [3]string{} || r.workload != "":
		return within, "", ""
	}
	return out, "", "" // nobody knows where
}

// host is the first name that somebody outside may answer to.
func (r *record) host() string {
	for _, h := range r.hosts {
		if outside(h) {
			return h
		}
	}
	return ""
}

// named writes a host with a port that is not the usual one.
func named(host string, port uint16) string {
	switch port {
	case 0, 80, 443:
		return host
	}
	return host + ":" + strconv.Itoa(int(port))
}

// caller is who calls: the workload, else the address.
func (r *record) caller() string {
	if r.from != "" {
		return r.from
	}
	if a := r.src.Addr(); a.IsValid() {
		return a.String()
	}
	return ""
}

// seen widens the window by one moment.
func (r *record) seen(t time.Time) {
	if t.IsZero() {
		return
	}
	if r.first.IsZero() || t.Before(r.first) {
		r.first = t
	}
	if t.After(r.last) {
		r.last = t
	}
}
