package kb

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// canonical writes JSON with sorted keys, one small value a line, so that a
// change of knowledge is a change of few lines.
func canonical(doc any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := layOut(&out, bytes.TrimSpace(b.Bytes()), ""); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func layOut(out *bytes.Buffer, raw []byte, indent string) error {
	opening, closing := "[", "]"
	var lines []json.RawMessage
	var keys []string
	switch raw[0] {
	case '{':
		opening, closing = "{", "}"
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		keys = slices.Sorted(maps.Keys(m))
		for _, k := range keys {
			lines = append(lines, m[k])
		}
	case '[':
		if err := json.Unmarshal(raw, &lines); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		out.Write(raw)
		return nil
	}
	small := len(raw) < 160 && indent != ""
	out.WriteString(opening)
	for i, line := range lines {
		if i > 0 {
			out.WriteByte(',')
		}
		if !small {
			out.WriteString("\n" + indent + " ")
		}
		if keys != nil {
			k, err := json.Marshal(keys[i])
			if err != nil {
				return err
			}
			out.Write(k)
			out.WriteByte(':')
		}
		if err := layOut(out, line, indent+" "); err != nil {
			return err
		}
	}
	if !small {
		out.WriteString("\n" + indent)
	}
	out.WriteString(closing)
	return nil
}
