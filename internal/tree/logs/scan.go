// Package logs reads what others log: lines and documents as they stream in,
// packed or not, JSON of which a few members matter, and the words that logs
// of many kinds share. Sources of observed traffic and the ledger's ingestion
// stand on it.
package logs

import (
	"bytes"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// The functions of this file look into JSON without making anything of it: a
// log has millions of lines with forty members each, of which ten matter. They
// take text that is cut off, and say so.

// Skip returns the offset after the value that begins at b[i]; ok is false when
// the text ends before it does, or when there is no value.
func Skip(b []byte, i int) (end int, ok bool) {
	if i >= len(b) {
		return i, false
	}
	switch b[i] {
	case '"':
		return SkipString(b, i)
	case '{', '[':
		depth := 0
		for i < len(b) {
			switch b[i] {
			case '"':
				if i, ok = SkipString(b, i); !ok {
					return i, false
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1, true
				}
			}
			i++
		}
		return i, false
	case '}', ']', ',', ':':
		return i, false
	}
	from := i
	for i < len(b) {
		switch b[i] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return i, scalar(b[from:i])
		case '{', '[', '"', ':':
			return i, false
		}
		i++
	}
	return i, scalar(b[from:i])
}

// scalar reports whether it is a number, true, false or null, by its look.
func scalar(v []byte) bool {
	switch c := v[0]; {
	case c == '-' || c >= '0' && c <= '9':
		return v[len(v)-1] >= '0' && v[len(v)-1] <= '9'
	case c == 't':
		return string(v) == "true"
	case c == 'f':
		return string(v) == "false"
	}
	return string(v) == "null"
}

func SkipString(b []byte, i int) (int, bool) {
	for i++; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return len(b), false
		}
		i += n
		back := 0
		for b[i-1-back] == '\\' {
			back++
		}
		i++
		if back%2 == 0 {
			return i, true
		}
	}
}

func Space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// Members calls f for each member of an object. A value that is cut off is
// given as far as it goes; then the result is false, as for what is no object.
func Members(v []byte, f func(name, val []byte)) bool {
	i := Space(v, 0)
	if i >= len(v) || v[i] != '{' {
		return false
	}
	for i = Space(v, i+1); i < len(v) && v[i] == '"'; {
		end, ok := SkipString(v, i)
		if !ok {
			return false
		}
		name := v[i+1 : end-1]
		if i = Space(v, end); i >= len(v) || v[i] != ':' {
			return false
		}
		i = Space(v, i+1)
		end, ok = Skip(v, i)
		if i < end {
			f(name, v[i:end])
		}
		if !ok {
			return false
		}
		if i = Space(v, end); i < len(v) && v[i] == ',' {
			if i = Space(v, i+1); i < len(v) && v[i] == '"' {
				continue
			}
			return false
		}
		break
	}
	return i < len(v) && v[i] == '}' && Space(v, i+1) == len(v)
}

// Elements calls f for each element of a list, as [Members] does.
func Elements(v []byte, f func(val []byte)) bool {
	i := Space(v, 0)
	if i >= len(v) || v[i] != '[' {
		return false
	}
	if i = Space(v, i+1); i < len(v) && v[i] == ']' {
		return Space(v, i+1) == len(v)
	}
	for {
		end, ok := Skip(v, i)
		if i < end {
			f(v[i:end])
		}
		if !ok {
			return false
		}
		if i = Space(v, end); i >= len(v) || v[i] != ',' {
			return i < len(v) && v[i] == ']' && Space(v, i+1) == len(v)
		}
		i = Space(v, i+1)
	}
}

// Get follows names through objects, and through the first element of lists; nil
// where one is not there.
func Get(v []byte, names ...string) []byte {
	for _, want := range names {
		if !bytes.Contains(v, []byte(want)) {
			return nil // most documents are of another kind, and taking them apart takes long
		}
		v = First(v)
		var found []byte
		Members(v, func(name, val []byte) {
			if string(name) == want {
				found = val
			}
		})
		if v = found; v == nil {
			return nil
		}
	}
	return v
}

// First is the first element of a list, and anything else itself.
func First(v []byte) []byte {
	for i := 0; i < 4 && len(v) > 0 && v[0] == '['; i++ {
		at := Space(v, 1)
		end, _ := Skip(v, at)
		v = v[at:end]
	}
	return v
}

// Text is a string, a number or a bool as text; "" of null and anything else.
func Text(v []byte) string {
	if len(v) == 0 {
		return ""
	}
	switch v[0] {
	case '"':
		if len(v) < 2 || v[len(v)-1] != '"' {
			return ""
		}
		if bytes.IndexByte(v, '\\') < 0 {
			return string(v[1 : len(v)-1])
		}
		out, _ := jsontext.AppendUnquote(nil, v)
		return string(out)
	case '{', '[', 'n':
		return ""
	}
	return string(v)
}

// Number is a number that is written as one or in quotes.
func Number(v []byte) (int64, bool) {
	if len(v) > 1 && v[0] == '"' && v[len(v)-1] == '"' {
		v = v[1 : len(v)-1]
	}
	return Count(v)
}

// Count reads a number of bytes or of events: never negative, never beyond what
// can be added up a million times.
func Count(v []byte) (int64, bool) {
	if len(v) == 0 || len(v) > 32 {
		return 0, false
	}
	var n int64
	for i, c := range v {
		if c < '0' || c > '9' || i > 17 {
			f, err := strconv.ParseFloat(string(v), 64)
			if err != nil || math.IsNaN(f) || f < 0 {
				return 0, false
			}
			return int64(min(f, MaxCount)), true
		}
		n = n*10 + int64(c-'0')
	}
	return min(n, MaxCount), true
}

// MaxCount is an exbibyte.
const MaxCount = 1 << 60

// Plus adds without running over.
func Plus(a, b int64) int64 { return min(a+b, MaxCount) }

// Has reports whether an object has members.
func Has(v []byte, names ...string) bool {
	for _, want := range names {
		if !bytes.Contains(v, []byte(want)) {
			return false
		}
	}
	n := 0
	Members(v, func(name, _ []byte) {
		for _, want := range names {
			if string(name) == want {
				n++
			}
		}
	})
	return n >= len(names)
}

// JSONPart takes off what a container runtime or kubectl writes before a line.
func JSONPart(l []byte) []byte {
	if l[0] != '{' && l[0] != '[' {
		if i := bytes.IndexByte(l, '{'); i > 0 && i < 200 && (l[i-1] == ' ' || l[i-1] == '\t') {
			return l[i:]
		}
	}
	return l
}
