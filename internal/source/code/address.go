package code

import (
	"fmt"
	"slices"
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
)

// A dest is where a flow goes, or why that is not known.
type dest struct {
	host, unknown string
	how           string // what else a person wants to know of it
}

// destinations are where a client goes: where its arguments say, where the
// environment says, where it goes by itself.
func (p *program) destinations(h hit, i int, chain []int) []dest {
	names := append(slices.Clone(h.Address), p.know.Options.Address...)
	for _, at := range chain {
		v, ok := p.arg(at, names)
		if !ok {
			v, ok = p.nested(at, names)
		}
		if !ok {
			continue
		}
		if v.Kind == text.Map { // configuration: {baseURL: …}
			if v, ok = v.Key(names...); !ok {
				continue
			}
		}
		if c := &p.file.Calls[at]; at != i && len(c.Args) > 2 && c.Name != ".__init__" {
			continue // the call of an endpoint, not the making of a client
		}
		if v.Kind == text.Env && len(v.Items) == 0 && slices.Contains(h.Env, v.Text) {
			continue // what the library reads itself, and does without
		}
		if ds := p.address(v, 0); len(ds) > 0 {
			return ds
		}
	}
	region, found := text.Value{}, false
	for _, at := range chain {
		names := append(slices.Clone(h.Region), p.know.Options.Region...)
		if region, found = p.arg(at, names); !found {
			region, found = p.nested(at, names)
		}
		if found {
			break
		}
	}
	return p.standard(h, region, found)
}

// standard is where a client goes when no argument gives an address.
func (p *program) standard(h hit, region text.Value, found bool) []dest {
	for _, e := range h.Env {
		if s, ok := p.variable(e); ok {
			if host := hostOf(s.value); host != "" {
				return []dest{{host: host, how: fmt.Sprintf("; %s in %s", e, s.file)}}
			}
		}
	}
	for i := range p.file.Assigns { // openai.api_base = …
		a := &p.file.Assigns[i]
		module, name, dotted := cutLast(a.Name, '.')
		if dotted && slices.Contains(h.Imports, module) && slices.Contains(append(slices.Clone(h.Address), p.know.Options.Address...), name) {
			if ds := p.address(a.Value, 0); len(ds) > 0 {
				return ds
			}
		}
	}
	if h.Host == "" {
		return []dest{{unknown: "the address is not written where it is made" + and(h.Env)}}
	}
	how := ""
	if len(h.Env) > 0 {
		how = "; unless " + h.Env[0] + " says otherwise"
	}
	host := strings.ReplaceAll(h.Host, "{service}", h.service)
	if !strings.Contains(host, "{region}") {
		return []dest{{host: strings.Trim(host, "."), how: how}}
	}
	var out []dest
	if found {
		for _, t := range p.regions(region) {
			if t = strings.TrimSpace(t); t != "" && !strings.ContainsAny(t, " /{}") {
				out = append(out, dest{host: strings.ReplaceAll(host, "{region}", strings.ToLower(t))})
			}
		}
		for _, e := range region.Variables() {
			if s, ok := p.variable(e); ok {
				return []dest{{host: strings.ReplaceAll(host, "{region}", strings.ToLower(s.value)), how: fmt.Sprintf("; %s in %s", e, s.file)}}
			}
		}
	} else {
		for _, e := range regionVariables {
			if s, ok := p.variable(e); ok && s.value != "" {
				return []dest{{host: strings.ReplaceAll(host, "{region}", strings.ToLower(s.value)), how: fmt.Sprintf("; %s in %s", e, s.file)}}
			}
		}
	}
	if len(out) == 0 {
		// Who runs it is known without the region, where it is is not.
		host = strings.NewReplacer("{region}.", "", "{region}-", "", ".{region}", "", "-{region}", "").Replace(host)
		out = append(out, dest{host: host, how: "; its region is not written there"})
	}
	return out
}

// regionVariables are what command lines and libraries of clouds agree on.
var regionVariables = []string{"AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_CLOUD_LOCATION"}

// regions are the codes that a value may be: texts, what is given to a function
// that makes a region of it, constants that are called like one.
func (p *program) regions(v text.Value) []string {
	switch v.Kind {
	case text.Result:
		var out []string
		for _, a := range p.file.Calls[v.Call].Args {
			out = append(out, a.Value.Texts()...)
		}
		return out
	case text.Name:
		name := v.Text[strings.LastIndexByte(v.Text, '.')+1:]
		if strings.Count(name, "_") >= 2 && name == strings.ToUpper(name) {
			return []string{strings.ReplaceAll(name, "_", "-")}
		}
	}
	return v.Texts()
}

func cutLast(s string, c byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, c)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func and(env []string) string {
	if len(env) == 0 {
		return ""
	}
	return ", and no env file sets " + strings.Join(env, " or ")
}

// address are the hosts that a value may be the address of; none when it says
// that the client's own counts.
func (p *program) address(v text.Value, depth int) []dest {
	switch v.Kind {
	case text.String:
		if host := hostOf(v.Text); host != "" {
			return []dest{{host: host}}
		}
		if v.Open {
			return []dest{{unknown: fmt.Sprintf("the address is made at run time: %s", v.Text)}}
		}
	case text.Env:
		if s, ok := p.variable(v.Text); ok {
			if host := hostOf(s.value); host != "" {
				return []dest{{host: host, how: fmt.Sprintf("; %s in %s", v.Text, s.file)}}
			}
		}
		for _, x := range v.Items {
			if ds := p.address(x, depth+1); len(ds) > 0 && ds[0].host != "" {
				ds[0].how += fmt.Sprintf("; unless %s says otherwise", v.Text)
				return ds[:1]
			}
		}
		return []dest{{unknown: fmt.Sprintf("the address comes from the variable %s of the environment, which no env file sets", v.Text)}}
	case text.Any, text.List:
		var known, open []dest
		for _, x := range v.Items {
			if depth > 6 {
				break
			}
			for _, d := range p.address(x, depth+1) {
				if d.host != "" {
					known = append(known, d)
				} else {
					open = append(open, d)
				}
			}
		}
		if len(known) > 0 {
			return known
		}
		return open
	case text.Result:
		if depth > 3 {
			return nil
		}
		for _, a := range p.file.Calls[v.Call].Args {
			if ds := p.address(a.Value, depth+1); len(ds) > 0 {
				return ds
			}
		}
		return []dest{{unknown: "the address is what " + p.file.Calls[v.Call].Name + " gives"}}
	case text.Name:
		return []dest{{unknown: "the address is decided at run time (" + v.Text + ")"}}
	}
	return nil
}

// hostOf is the host of an address, in lower case, without what is computed at
// its beginning; "" when it has none.
func hostOf(s string) string {
	s = strings.TrimSpace(s)
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	s, _, _ = strings.Cut(s, "?")
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[at+1:]
	}
	if strings.HasPrefix(s, "[") {
		s, _, _ = strings.Cut(s[1:], "]")
		return s
	}
	s, _, _ = strings.Cut(s, ":")
	s = strings.ToLower(s)
	if at := strings.LastIndexByte(s, '}'); at >= 0 {
		// {name}.openai.azure.com: the rest says who runs it.
		if s = strings.TrimLeft(s[at+1:], "-."); !strings.Contains(s, ".") {
			return ""
		}
	}
	if s == "" || strings.ContainsAny(s, " {}<>$()'\"\\%*,;=[]…") || strings.HasSuffix(s, ".") || strings.HasPrefix(s, ".") || strings.HasPrefix(s, "-") || strings.HasSuffix(s, ".db") { // notes.db is a file
		return ""
	}
	return s
}
