package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

// parsePrefix reads a network. Both tools still take octets with leading
// zeros, which mean decimal numbers.
func parsePrefix(s string) (*net.IPNet, error) {
	_, n, err := net.ParseCIDR(plainOctets(s))
	if err != nil {
		return nil, fmt.Errorf("%q is not a network prefix such as 10.0.0.0/16", s)
	}
	return n, nil
}

func plainOctets(s string) string {
	addr, rest, cut := strings.Cut(s, "/")
	if strings.Contains(addr, ":") {
		return s
	}
	parts := strings.Split(addr, ".")
	for i, p := range parts {
		if t := strings.TrimLeft(p, "0"); t != "" {
			parts[i] = t
		} else if p != "" {
			parts[i] = "0"
		}
	}
	if addr = strings.Join(parts, "."); cut {
		return addr + "/" + rest
	}
	return addr
}

// prefixFunc makes a function of a network and some numbers.
func prefixFunc(numbers int, f func(n *net.IPNet, nums []*big.Int) (string, error)) function.Function {
	params := []function.Parameter{{Name: "prefix", Type: cty.String}}
	for range numbers {
		params = append(params, function.Parameter{Name: "number", Type: cty.Number})
	}
	return function.New(&function.Spec{
		Params: params, Type: function.StaticReturnType(cty.String), RefineResult: neverNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			n, err := parsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			nums := make([]*big.Int, numbers)
			for i := range nums {
				if err := gocty.FromCtyValue(args[i+1], &nums[i]); err != nil {
					return cty.NilVal, err
				}
			}
			s, err := f(n, nums)
			return cty.StringVal(s), err
		},
	})
}

var (
	cidrHostFunc = prefixFunc(1, func(n *net.IPNet, nums []*big.Int) (string, error) {
		ip, err := cidr.HostBig(n, nums[0])
		return ip.String(), err
	})
	cidrNetmaskFunc = prefixFunc(0, func(n *net.IPNet, _ []*big.Int) (string, error) {
		if n.IP.To4() == nil {
			return "", errors.New("an IPv6 network has no netmask")
		}
		return net.IP(n.Mask).String(), nil
	})
	cidrSubnetFunc = prefixFunc(2, func(n *net.IPNet, nums []*big.Int) (string, error) {
		if !nums[0].IsInt64() || nums[0].Int64() < 0 || nums[0].Int64() > 128 {
			return "", errors.New("the number of new bits is out of range")
		}
		sub, err := cidr.SubnetBig(n, int(nums[0].Int64()), nums[1])
		if err != nil {
			return "", err
		}
		return sub.String(), nil
	})
	cidrContainsFunc = textFunc(2, cty.Bool, cidrContains)
)

var cidrSubnetsFunc = function.New(&function.Spec{
	Params:   []function.Parameter{{Name: "prefix", Type: cty.String}},
	VarParam: &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:     function.StaticReturnType(cty.List(cty.String)), RefineResult: neverNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		n, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.NilVal, err
		}
		if len(args) == 1 {
			return cty.ListValEmpty(cty.String), nil
		}
		ones, size := n.Mask.Size()
		var at *net.IPNet
		out := make([]cty.Value, 0, len(args)-1)
		for _, a := range args[1:] {
			bits, err := wholeNumber(a)
			if err != nil {
				return cty.NilVal, err
			}
			if bits < 1 || bits > size-ones {
				return cty.NilVal, fmt.Errorf("%d new bits do not fit %s", bits, n)
			}
			if at == nil {
				at, _ = cidr.PreviousSubnet(n, ones+bits)
			}
			next, over := cidr.NextSubnet(at, ones+bits)
			if over || !n.Contains(next.IP) {
				return cty.NilVal, fmt.Errorf("%s has no room for another network of %d bits", n, ones+bits)
			}
			at = next
			out = append(out, cty.StringVal(at.String()))
		}
		return cty.ListVal(out), nil
	},
})

func cidrContains(a []string) (cty.Value, error) {
	n, err := parsePrefix(a[0])
	if err != nil {
		return cty.NilVal, err
	}
	first := net.ParseIP(plainOctets(a[1]))
	last := first
	if first == nil {
		sub, err := parsePrefix(a[1])
		if err != nil {
			return cty.NilVal, fmt.Errorf("%q is neither an address nor a prefix", a[1])
		}
		first, last = cidr.AddressRange(sub)
	}
	if (first.To4() == nil) != (n.IP.To4() == nil) {
		return cty.NilVal, errors.New("one is IPv4, the other IPv6")
	}
	return cty.BoolVal(n.Contains(first) && n.Contains(last)), nil
}
