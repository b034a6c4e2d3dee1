package resolve

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// referred follows an attribute to another asset, and reads there when the
// dialect says so.
func (n *node) referred(rd *kb.Read) []value {
	var out []value
	for _, at := range n.fact.Attrs.Read(rd.Ref) {
		if at.Null || at.Value == "" {
			continue
		}
		if list, ok := at.Value.([]any); ok {
			for _, e := range list {
				one := at
				one.Value = e
				out = append(out, n.referredOne(rd, one)...)
			}
			continue
		}
		out = append(out, n.referredOne(rd, at)...)
	}
	return mapped(out, rd)
}

// token is a run of letters and digits as keys and tokens are, and names are not.
var (
	token  = regexp.MustCompile(`[A-Za-z0-9_]{20,}`)
	digit  = regexp.MustCompile(`[0-9]`)
	letter = regexp.MustCompile(`[A-Za-z]`)
)

// plainID reports whether a text is a name or id that may stand in a message. As a
// regular expression it would take megabytes, and a tenth of a small check.
func plainID(s string) bool {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_./:@ -", r)
	}
	return s != "" && utf8.RuneCountInString(s) <= 90 && !strings.ContainsFunc(s, odd)
}

// couldBeSecret errs on the side of silence: connection strings, addresses with
// a password, tokens.
func couldBeSecret(s string) bool {
	if !plainID(s) || strings.Contains(s, "@") && strings.Contains(s, "://") {
		return true
	}
	for _, run := range token.FindAllString(s, -1) {
		if digit.MatchString(run) && letter.MatchString(run) && !strings.Contains(run, "_") || strings.HasPrefix(run, "gh") && strings.Contains(run, "_") {
			return true
		}
	}
	return false
}

// showable quotes a literal for a message unless it could be a secret.
func showable(x any) string {
	if s, ok := x.(string); ok && !couldBeSecret(s) {
		return fmt.Sprintf("%q", s)
	}
	return "something"
}

// notShown stands where a literal could be a secret.
const notShown = "(not shown)"

// shown is a literal as it may stand in a message or name.
func shown(text string) string {
	if couldBeSecret(text) {
		return notShown
	}
	return text
}

// namesPlace reports whether an id carries a place of the provider, as
// projects/p/locations/europe-west3/… does.
func (n *node) namesPlace(id string) bool {
	_, ok := n.g.r.kb.Region(n.provider, id)
	return ok && strings.ContainsAny(id, "/:")
}

func (n *node) referredOne(rd *kb.Read, at graph.Reading) []value {
	v := value{as: rd.As, path: rd.Ref, origin: at.Origin, own: true}
	targets := n.follow(at, rd.Ref)
	if m := named(targets); m != nil {
		targets = []*node{m}
	}
	if len(targets) == 0 {
		v.unknown = at.Unknown
		if text, ok := at.Value.(string); ok && rd.Then == "" && v.unknown == "" && n.namesPlace(text) {
			v.text = text // the id of an asset elsewhere tells where it is
			return []value{v}
		}
		if v.unknown == "" {
			v.unknown = fmt.Sprintf("%s names %s, which is not in this tree", rd.Ref, showable(at.Value))
		}
		return []value{v}
	}
	var out []value
	for _, m := range targets {
		if rd.Then == "" {
			w := v
			w.node = m
			out = append(out, w)
			continue
		}
		at := m.fact.Attrs.Read(rd.Then)
		path := string(m.fact.Address) + " " + rd.Then
		if rd.JSON != "" {
			out = append(out, m.documents(at, path, rd)...) // what a document does not say is not written
			continue
		}
		got := m.scalars(at, path, rd.As)
		if len(got) == 0 && rd.Unset != "" {
			w := v
			w.text, w.path = rd.Unset, path+" (not written, the provider's default)"
			got = []value{w}
		}
		if len(got) == 0 {
			w := v
			w.unknown = fmt.Sprintf("%s does not write %s", m.fact.Address, rd.Then)
			got = []value{w}
		}
		out = append(out, got...)
	}
	return out
}
