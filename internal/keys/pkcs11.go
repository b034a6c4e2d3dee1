package keys

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// The attributes of RFC 7512 that an address may have: those before the ?
// choose a token and an object, those behind say how to reach it.
var (
	tokenPath  = []string{"library-description", "library-manufacturer", "library-version", "token", "manufacturer", "serial", "model", "slot-id", "slot-manufacturer", "slot-description", "object", "id"}
	tokenQuery = []string{"module-path", "pin-source"}
)

// pkcs11 reads a URI of RFC 7512. What it does not know it refuses, although
// the RFC would let it pass: an attribute that is overlooked chooses another key.
func (a *Address) pkcs11(rest string) error {
	a.Token = map[string]string{}
	before, query, _ := strings.Cut(rest, "?")
	if err := a.attributes(before, ";", tokenPath); err != nil {
		return err
	}
	if err := a.attributes(query, "&", tokenQuery); err != nil {
		return err
	}
	if a.Token["object"] == "" && a.Token["id"] == "" {
		return fmt.Errorf("object= or id= must name the key, for example pkcs11:token=clinic;object=records")
	}
	return nil
}

func (a *Address) attributes(text, separator string, known []string) error {
	if text == "" {
		return nil
	}
	for _, pair := range strings.Split(text, separator) {
		name, value, ok := strings.Cut(pair, "=")
		switch _, twice := a.Token[name]; {
		case name == "pin-value":
			return fmt.Errorf("a PIN does not belong in an address, which others can read: put it into a file and write pin-source=file:PATH, or pin-source=credential:NAME")
		case !ok || !slices.Contains(known, name):
			return fmt.Errorf("%q is no attribute there; known are %s", shorten(name), strings.Join(known, ", "))
		case twice:
			return fmt.Errorf("%s stands twice", name)
		}
		plain, err := url.PathUnescape(value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if plain == "" || name != "id" && strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%s is empty or has a control character", name)
		}
		a.Token[name] = plain
	}
	return nil
}

func (a *Address) tokenString() string {
	part := func(separator, safe string, known []string) string {
		var pairs []string
		for _, name := range slices.Sorted(maps.Keys(a.Token)) {
			if slices.Contains(known, name) {
				pairs = append(pairs, name+"="+escape(a.Token[name], safe))
			}
		}
		return strings.Join(pairs, separator)
	}
	return part(";", ":", tokenPath) + suffix("?", part("&", ":/", tokenQuery))
}

// escape writes every byte as a percent sign and two digits that is neither
// unreserved (RFC 3986) nor one of those that RFC 7512 lets stand there.
func escape(s, safe string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(safe, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
