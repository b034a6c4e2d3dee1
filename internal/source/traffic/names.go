package traffic

import "net/netip"

// maxNames bounds each table of names.
const maxNames = 1_000_000

// names says what addresses were called by: a connection by its identity, an
// address by the answer that a client got when it asked for a name.
type names struct {
	connection map[string]string
	answer     map[asked]string // "" when two names had the same answer
}

type asked struct{ client, answer netip.Addr }

func newNames() names {
	return names{connection: map[string]string{}, answer: map[asked]string{}}
}

// connected notes the name that a connection was opened with.
func (n *names) connected(uid, host string) {
	if uid != "" && outside(host) && len(n.connection) < maxNames {
		n.connection[uid] = host
	}
}

// answered notes that a client was told an address for a name.
func (n *names) answered(client, answer netip.Addr, host string) {
	if !public(answer) || !outside(host) || len(n.answer) >= maxNames {
		return
	}
	for _, c := range []netip.Addr{client, {}} {
		k := asked{c, answer}
		if old, ok := n.answer[k]; ok && old != host {
			host = "" // many names share an address: it tells none of them
		}
		n.answer[k] = host
	}
}

// apply names the other end of a record that has an address alone.
func (n *names) apply(r *record) {
	if r.host() != "" {
		return
	}
	if h := n.connection[r.uid]; r.uid != "" && h != "" {
		r.hosts[2] = h
		return
	}
	if a := r.dst.Addr(); public(a) && len(n.answer) > 0 {
		h, ok := n.answer[asked{r.src.Addr(), a}]
		if !ok {
			h = n.answer[asked{netip.Addr{}, a}]
		}
		if h != "" {
			r.hosts[2] = h
		}
	}
}
