package tfplan

import (
	"bytes"
	"encoding/json"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func decodeHead(head []byte) []byte { return tree.Decode(head) }

// headKeys returns the keys of the outermost object, as far as the bytes go.
func headKeys(head []byte) []string {
	dec := json.NewDecoder(bytes.NewReader(head))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var keys []string
	depth := 0
	for isKey := true; ; {
		t, err := dec.Token()
		if err != nil {
			return keys
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				depth++
			} else if depth--; depth < 0 {
				return keys
			}
			if depth == 0 {
				isKey = true // what just closed was a value
			}
			continue
		case string:
			if depth == 0 && isKey {
				keys = append(keys, t)
				isKey = false
				continue
			}
		}
		if depth == 0 {
			isKey = true
		}
	}
}
