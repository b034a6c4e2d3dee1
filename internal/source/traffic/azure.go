package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// azureFlows is the flow log of a network security group and of a virtual
// network of Azure.
var azureFlows = &medium{
	name: "an Azure flow log",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			if r := logs.Get(v, "records"); r != nil {
				v = logs.First(r)
			}
			c := logs.Text(logs.Get(v, "category"))
			return c == "NetworkSecurityGroupFlowEvent" || c == "FlowLogFlowEvent"
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			records := logs.Get(v, "records")
			if records == nil {
				return u.azure(v)
			}
			whole := logs.Elements(records, func(r []byte) { u.azure(r) })
			if !whole || !logs.Members(v, func(_, _ []byte) {}) {
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
		logs.Elements(list, func(t []byte) {
			u.in.At(t)
			out = u.azureTuple(strings.Split(logs.Text(t), ","), vnet)
			if out == broken {
				u.broken()
			}
		})
	}
	logs.Elements(logs.Get(v, "properties", "flows"), func(rule []byte) {
		logs.Elements(logs.Get(rule, "flows"), func(card []byte) { tuples(logs.Get(card, "flowTuples"), false) })
	})
	logs.Elements(logs.Get(v, "flowRecords", "flows"), func(list []byte) {
		logs.Elements(logs.Get(list, "flowGroups"), func(group []byte) { tuples(logs.Get(group, "flowTuples"), true) })
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
	src, dst := logs.Address(f[1]), logs.Address(f[2])
	if !src.IsValid() || !dst.IsValid() || f[6] != "I" && f[6] != "O" {
		return broken
	}
	r := &record{src: netip.AddrPortFrom(src, port(f[3])), dst: netip.AddrPortFrom(dst, port(f[4])), inbound: f[6] == "I" && public(src)}
	r.seen(logs.Moment(f[0]))
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
