package cases

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Archive is the name of the archive that holds the cases of a dialect: cases.txtar
// of terraform.yaml, cases-arm.txtar of arm.yaml. ok is false for the other files
// of a provider.
func Archive(file string) (string, bool) {
	language, ok := strings.CutSuffix(file, ".yaml")
	switch language {
	case "provider", "regions", "endpoints":
		return "", false
	case "terraform":
		return "cases.txtar", true
	}
	return "cases-" + language + ".txtar", ok
}

// Dialect runs the cases of one provider. A line of want is an address and
// facts about what it resolves to:
//
//	aws_s3_bucket.a kind=object-store place=eu-central-1:DE key=provider operator=aws public=false
//
// docs/spec/dialect.md lists the facts. Only what is written is compared. What
// cannot be read in a file of ours is a failure too.
func Dialect(k *kb.KB, file string, src []byte) ([]Failure, error) {
	list, err := Parse(file, src)
	if err != nil {
		return nil, err
	}
	return resolved(k, file, list, func(c *Case, facts *graph.Facts, dir string) []Failure {
		var out []Failure
		for _, pr := range facts.Problems {
			out = append(out, Failure{file, c.Name, strings.TrimPrefix(fmt.Sprintf("%s:%d: %s", pr.Origin.File, pr.Origin.Line, pr.Message), dir)})
		}
		return out
	})
}

// resolved resolves each case against the least perimeter there is and
// compares; also gives further failures of a case.
func resolved(k *kb.KB, file string, list []Case, also func(c *Case, facts *graph.Facts, dir string) []Failure) ([]Failure, error) {
	at, err := time.Parse(time.DateOnly, DefaultDay)
	if err != nil {
		return nil, err
	}
	p := &perimeter.Perimeter{Spec: perimeter.Spec{Jurisdictions: perimeter.Jurisdictions{Allow: []string{"EU"}}}}
	book, err := limits.New(k, p, at)
	if err != nil {
		return nil, err
	}
	var out []Failure
	for i := range list {
		c := &list[i]
		facts, dir, err := c.facts(k)
		if err != nil {
			os.RemoveAll(dir)
			return nil, fmt.Errorf("%s: case %s: %w", file, c.Name, err)
		}
		out = append(out, also(c, facts, dir)...)
		assets := resolve.New(k, p, book, at).Resolve(facts)
		for _, line := range c.Want {
			if msg := check(facts, assets, line); msg != "" {
				out = append(out, Failure{file, c.Name, msg})
			}
		}
		os.RemoveAll(dir)
	}
	return out, nil
}

// check compares one line of want.
func check(facts *graph.Facts, assets []resolve.Asset, line string) string {
	address, rest := cutAddress(line)
	i := slices.IndexFunc(assets, func(a resolve.Asset) bool { return string(a.Address) == address })
	if rest == "attached" {
		switch {
		case i >= 0:
			return fmt.Sprintf("%s is not attached to anything", address)
		case !slices.ContainsFunc(facts.Assets, func(a graph.Asset) bool { return string(a.Address) == address }):
			return fmt.Sprintf("there is no asset %s", address)
		}
		return ""
	}
	if i < 0 {
		return fmt.Sprintf("there is no asset %s", address)
	}
	a := &assets[i]
	var out []string
	for _, want := range strings.Fields(rest) {
		if got := fact(a, want); got != "" {
			out = append(out, got)
		}
	}
	if len(out) > 0 {
		return fmt.Sprintf("%s: %s", address, strings.Join(out, "; "))
	}
	return ""
}

// cutAddress splits the address off; a quoted instance key may hold blanks.
func cutAddress(line string) (string, string) {
	quoted := false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ' ' && !quoted:
			return line[:i], strings.TrimSpace(line[i:])
		}
	}
	return line, ""
}

// fact compares one fact, and says what is there instead.
func fact(a *resolve.Asset, want string) string {
	name, value, _ := strings.Cut(want, "=")
	switch name {
	case "inert":
		return differs(want, "kind="+string(a.Kind), a.Kind == graph.Inert)
	case "unknown":
		return differs(want, "kind="+string(a.Kind), a.Kind == graph.UnknownKind)
	case "kind":
		return differs(want, "kind="+string(a.Kind), string(a.Kind) == value)
	case "operator":
		got := "?"
		if a.Operator != nil && a.Operator.Entity != "" {
			got = string(a.Operator.Entity)
		}
		return differs(want, "operator="+got, got == value)
	case "place":
		return placeFact(a, "", value, want)
	case "key":
		if slices.ContainsFunc(a.Places, func(p graph.Place) bool { return p.Purpose == "key" }) && strings.Contains(value, ":") {
			return placeFact(a, "key", value, want)
		}
		got := custody(a.Custody)
		if value == "?" && a.Custody != nil && a.Custody.Unknown != "" {
			return ""
		}
		return differs(want, "key="+got, got == value || value == "customer" && strings.HasPrefix(got, "customer/"))
	case "model", "maker":
		got := "?"
		if a.Maker != nil && a.Maker.Entity != "" {
			got = string(a.Maker.Entity)
			if name == "model" {
				got = a.Maker.Component
			}
		}
		return differs(want, name+"="+got, got == value || a.Maker != nil && a.Maker.Family == value)
	case "target":
		return targetFact(a, value, want)
	}
	if _, ok := kb.Purposes[name]; ok {
		return placeFact(a, name, value, want)
	}
	if _, ok := kb.Settings[name]; ok {
		got := settingText(a, name)
		return differs(want, name+"="+got, got == value)
	}
	return fmt.Sprintf("nobody knows the fact %q", name)
}

func differs(want, got string, ok bool) string {
	if ok {
		return ""
	}
	return fmt.Sprintf("want %s, have %s", want, got)
}

// placeFact compares a place written as REGION:COUNTRIES, ROLE:REGION:COUNTRIES,
// ? for unknown, *:* for anywhere, or none.
func placeFact(a *resolve.Asset, purpose, value, want string) string {
	var got []string
	for i := range a.Places {
		p := &a.Places[i]
		if p.Purpose != purpose {
			continue
		}
		short, long := placeText(p)
		_, only, _ := strings.Cut(short, ":")
		if value == short || value == long || value == only || value == "*:"+only {
			return ""
		}
		got = append(got, long)
	}
	if len(got) == 0 {
		if value == "none" {
			return ""
		}
		got = []string{"none"}
	}
	return differs(want, strings.Join(slices.Compact(got), " "), false)
}

func placeText(p *graph.Place) (short, long string) {
	if p.Unknown != "" {
		return "?", "? (" + p.Unknown + ")"
	}
	cs := make([]string, len(p.Countries))
	for i, c := range p.Countries {
		cs[i] = string(c)
	}
	region := p.Region
	if region == "" {
		region = strings.Join(cs, ",")
		if len(cs) == 1 && cs[0] == string(graph.Anywhere) {
			region = "*"
		}
	}
	short = region + ":" + strings.Join(cs, ",")
	return short, string(p.Role) + ":" + short
}

// custody words who holds the key: provider, none, ?, or customer/ and the
// protection.
func custody(c *graph.Custody) string {
	switch {
	case c == nil:
		return "none-asked"
	case c.Named && c.Protection != "":
		return "customer/" + c.Protection
	case c.Unknown != "":
		return "?"
	}
	return c.Protection
}

func settingText(a *resolve.Asset, name string) string {
	s, ok := a.Settings[name]
	switch {
	case !ok:
		return "unset"
	case s.Unknown != "":
		return "?"
	}
	switch v := s.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(s.Value)
}

// targetFact compares a destination written as PURPOSE:NAME.
func targetFact(a *resolve.Asset, value, want string) string {
	var got []string
	for i := range a.Targets {
		t := &a.Targets[i]
		name := t.Name
		if t.Unknown != "" && t.Asset == "" {
			name = "?"
		}
		if value == t.Purpose+":"+name || value == t.Purpose+":"+t.Name {
			return ""
		}
		got = append(got, "target="+t.Purpose+":"+name)
	}
	if len(got) == 0 {
		got = []string{"no target"}
	}
	return differs(want, strings.Join(got, " "), false)
}
