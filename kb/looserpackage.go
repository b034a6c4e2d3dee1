package kb

import (
	"fmt"
	"slices"
)

// looserPackage also compares an added package with the beginning of names that so
// far answered who makes it.
func (o *overlaying) looserPackage(old, new *Package) []string {
	if old == nil && new.Maker != nil {
		if was, ok := o.base.Made(new.Ecosystem, new.Name); ok && was.Maker != nil && !new.Maker.same(was.Maker) {
			return []string{"another maker"}
		}
	}
	return looserPackage(old, new)
}

// same reports whether two facts name one maker.
func (m *Maker) same(other *Maker) bool {
	return m.Entity == other.Entity && m.Name == other.Name && m.Country == other.Country
}

// looserPackage tells what a package does less than it was known to do: a way
// of reaching out, a destination or a version less, a switch more, off instead
// of on.
func looserPackage(old, new *Package) []string {
	if old == nil {
		return nil
	}
	var c []string
	used := make([]bool, len(new.Does))
	for i := range old.Does {
		was := &old.Does[i]
		at := -1
		for j := range new.Does {
			// Of several of one kind, the one that goes to the same hosts is meant.
			if !used[j] && new.Does[j].Kind == was.Kind && (at < 0 || covers(&new.Does[j], was) && !covers(&new.Does[at], was)) {
				at = j
			}
		}
		if at < 0 {
			c = append(c, "no "+was.Kind)
			continue
		}
		used[at] = true
		c = append(c, looserBehaviour(was, &new.Does[at])...)
	}
	for i := range old.Variables {
		v := &old.Variables[i]
		if !slices.ContainsFunc(new.Variables, func(n Variable) bool { return n.Env == v.Env && n.Purpose == v.Purpose && n.As == v.As }) {
			c = append(c, "the address in "+v.Env+" is not read as before")
		}
	}
	for i := range old.Calls {
		was := &old.Calls[i]
		if !slices.ContainsFunc(new.Calls, func(n Client) bool {
			return n.Host == was.Host && n.Purpose == was.Purpose && slices.Equal(n.Imports, was.Imports) && slices.Equal(n.Makes, was.Makes) && n.Seals == was.Seals
		}) {
			c = append(c, "calls of "+was.Host+" are not seen as before")
		}
	}
	for i := range new.Calls {
		is := &new.Calls[i]
		if is.Seals == "customer" && !slices.ContainsFunc(old.Calls, func(o Client) bool { return o.Seals == is.Seals && slices.Equal(o.Makes, is.Makes) }) {
			c = append(c, "calls that encrypt with a key of the customer")
		}
	}
	if old.Maker != nil && (new.Maker == nil || !new.Maker.same(old.Maker)) {
		c = append(c, "another maker")
	}
	if old.Capability != "" && new.Capability != old.Capability {
		c = append(c, "no longer critical for "+old.Capability)
	}
	return c
}

func covers(new, old *Behaviour) bool { return len(missing(new, old)) == 0 }

// missing are the hosts that the old one goes to and the new one does not.
func missing(new, old *Behaviour) []string {
	hosts := new.Destinations()
	return slices.DeleteFunc(old.Destinations(), func(h string) bool { return slices.Contains(hosts, h) })
}

func looserBehaviour(old, new *Behaviour) []string {
	var c []string
	if old.Versions != new.Versions && new.Versions != "" {
		c = append(c, fmt.Sprintf("%s in %s instead of %q", old.Kind, new.Versions, old.Versions))
	}
	for _, h := range missing(new, old) {
		c = append(c, fmt.Sprintf("%s without %s", old.Kind, h))
	}
	if old.Default != new.Default && new.Default != "on" {
		c = append(c, fmt.Sprintf("%s is %s instead of %s", old.Kind, new.Default, old.Default))
	}
	for _, s := range new.Off {
		if !slices.Contains(old.Off, s) {
			c = append(c, fmt.Sprintf("%s is turned off by %s", old.Kind, s))
		}
	}
	return c
}
