package kbs

import (
	"crypto/sha512"
	"fmt"
	"unicode/utf8"
)

// Clients hash runtime data as RFC 8785 canonicalises it: names in order, no
// space, and in strings only what must be escaped. encoding/json escapes more
// (<, >, &, U+2028), so the few strings that there are are spelt here.

// bound is the digest that evidence must have signed along. It is SHA-384 for
// every kind that is taken; a field of 64 bytes is filled with zeros.
func bound(canonical []byte) []byte {
	sum := sha512.Sum384(canonical)
	return sum[:]
}

// device is what the devices of a machine bind.
func (r *RuntimeData) device() []byte {
	return fmt.Appendf(nil, `{"nonce":%s,"tee-pubkey":%s}`, quoted(r.Nonce), r.PubKey.canonical())
}

// machine is what the machine binds: its devices' evidence, too.
func (r *RuntimeData) machine(additional string) []byte {
	return fmt.Appendf(nil, `{"additional-evidence":%s,"nonce":%s,"tee-pubkey":%s}`, quoted(additional), quoted(r.Nonce), r.PubKey.canonical())
}

var escapes = map[byte]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\f': `\f`, '\r': `\r`}

// quoted is a string as RFC 8785 (3.2.2.2) spells it.
func quoted(s string) []byte {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch escape, ok := escapes[s[i]]; {
		case ok:
			b = append(b, escape...)
		case s[i] < 0x20:
			b = fmt.Appendf(b, `\u%04x`, s[i])
		case s[i] < utf8.RuneSelf:
			b = append(b, s[i])
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size - 1
		}
	}
	return append(b, '"')
}
