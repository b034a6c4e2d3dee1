package resolve

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A setup is how software runs, as far as that is known.
type setup struct {
	version string
	// env are the variables, each a text or a hole; the one without a name is a
	// hole for any that is not written.
	env  map[string]any
	args string
}

// does reports whether software does something by itself as it is set up, or why
// that cannot be told.
func (r *Resolver) does(p *kb.Package, b *kb.Behaviour, s *setup) (bool, string) {
	may, why := inVersions(p, b, s.version)
	if !may {
		return false, ""
	}
	off, open := s.turned(b.Off)
	switch {
	case off != "" && b.Standing(r.at).Firm():
		return false, ""
	case off != "":
		return false, off + " is set, but that it turns this off is only claimed"
	}
	if b.Default != "on" {
		switch on, perhaps := s.turned(b.On); {
		case on != "":
		case perhaps != "":
			open = perhaps
		case b.Default == "off":
			return false, ""
		default:
			open = fmt.Sprintf("whether %s does so by default is not known", p.Name)
		}
	}
	why = cmp.Or(why, open)
	return why == "", why
}

// inVersions reports whether the version may do so, and why that is not certain.
func inVersions(p *kb.Package, b *kb.Behaviour, version string) (may bool, why string) {
	if b.Versions == "" {
		return true, ""
	}
	rng, err := p.Ecosystem.ParseRange(b.Versions)
	switch holds, certain := rng.Holds(version); {
	case err != nil:
		return true, err.Error()
	case version == "":
		return true, fmt.Sprintf("it does so in versions %s, and its version is not fixed", b.Versions)
	case !certain:
		return true, fmt.Sprintf("whether it is in %s cannot be told", b.Versions)
	default:
		return holds, ""
	}
}

// turned is the first switch that is set, as it is written there, or why it
// cannot be told whether one is. Switches in files are not seen.
func (s *setup) turned(switches []kb.Switch) (as, why string) {
	for i := range switches {
		sw := &switches[i]
		switch {
		case sw.Env != "":
			v, written := s.env[sw.Env]
			if !written {
				v = s.env[""]
			}
			switch v := v.(type) {
			case graph.Hole:
				if sw.Value == "*" && written { // whatever it is
					return sw.Env, ""
				}
				why = v.Unknown
			case string:
				if sets(sw, v) {
					return sw.Env + "=" + v, ""
				}
			}
		case sw.Arg != "" && strings.Contains(" "+s.args+" ", " "+sw.Arg):
			return sw.Arg, ""
		}
	}
	return "", why
}

// sets reports whether a variable of that value turns the switch.
func sets(s *kb.Switch, value string) bool {
	if s.Value == "*" {
		return value != ""
	}
	return sameSwitch(value, s.Value)
}

// sameSwitch compares values as programs do that read a yes or no.
func sameSwitch(a, b string) bool {
	word := func(s string) string {
		switch s = strings.ToLower(strings.TrimSpace(s)); s {
		case "1", "true", "yes", "on", "t", "y":
			return "true"
		case "0", "false", "no", "off", "f", "n":
			return "false"
		}
		return s
	}
	return word(a) == word(b)
}
