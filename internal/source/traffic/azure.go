package traffic

import (
	"net/netip"
	"strings"
)

// azureFlows is the flow log of a network security group and of a virtual
// network of Azure.
var azureFlows = &medium{
	name: "an Azure flow log",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			if r := get(v, "records"); r != nil {
				v = first(r)
			}
			c := text(get(v, "category"))
			return c == "NetworkSecurityGroupFlowEvent" || c == "FlowLogFlowEvent"
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			records := get(v, "records")
			if records == nil {
				return u.azure(v)
			}
			whole := elements(records, func(r []byte) { u.azure(r) })
			if !whole || !members(v, func(_, _ []byte) {}) {
				return broken
			}
			return taken
		})
	},
}

// azure reads one record; a network security group nests flows by rule and card,
// a virtual network by list and group.
func (u *unit) azure(v []byte) verdict {
	out := other
	tuples := func(list []byte, vnet bool) {
		elements(list, func(t []byte) {
			u.at(t)
			out = u.azureTuple(strings.Split(text(t), ","), vnet)
			if out == broken {
				u.broken()
			}
		})
	}
	elements(get(v, "properties", "flows"), func(rule []byte) {
		elements(get(rule, "flows"), func(card []byte) { tuples(get(card, "flowTuples"), false) })
	})
	elements(get(v, "flowRecords", "flows"), func(list []byte) {
		elements(get(list, "flowGroups"), func(group []byte) { tuples(get(group, "flowTuples"), true) })
	})
	if out == broken {
		return other // it has been counted
	}
	return out
}

// azureTuple reads
//
//	time,src,dst,sport,dport,protocol,direction,decision[,state,packets,bytes,packets,bytes]
//	time,src,dst,sport,dport,protocol,direction,state,encryption,packets,bytes,packets,bytes
//
// of which the second is that of a virtual network.
func (u *unit) azureTuple(f []string, vnet bool) verdict {
	if len(f) < 8 || vnet && len(f) < 13 {
		return broken
	}
	src, dst := address(f[1]), address(f[2])
	if !src.IsValid() || !dst.IsValid() || f[6] != "I" && f[6] != "O" {
		return broken
	}
	r := &record{src: netip.AddrPortFrom(src, port(f[3])), dst: netip.AddrPortFrom(dst, port(f[4])), inbound: f[6] == "I" && public(src)}
	r.seen(moment(f[0]))
	state := f[7]
	if !vnet {
		r.blocked = f[7] == "D"
		if state = "B"; len(f) > 8 {
			state = f[8]
		}
	} else {
		r.blocked = state == "D"
	}
	if state == "B" || r.blocked {
		r.count = 1 // of a flow that goes on there is a line every minute
	}
	if len(f) > 12 {
		r.bytes([]byte(f[10]), []byte(f[12]))
	}
	u.add(r)
	return taken
}
