package kubernetes

import "bytes"

// lighten blanks the schemas of custom resource definitions, which are most of
// the bytes of many repositories and say nothing of any object. Lines stay.
func lighten(src []byte) []byte {
	const kind = "kind: CustomResourceDefinition"
	if !bytes.Contains(src, []byte("\n"+kind)) && !bytes.HasPrefix(src, []byte(kind)) {
		return src
	}
	out := make([]byte, 0, len(src))
	for len(src) > 0 {
		doc := src
		if i := bytes.Index(src, []byte("\n---")); i >= 0 {
			doc = src[:i+1]
		}
		src = src[len(doc):]
		out = append(out, withoutSpec(doc, kind)...)
	}
	return out
}

// withoutSpec blanks the lines below spec: of a document of the kind.
func withoutSpec(doc []byte, kind string) []byte {
	if !bytes.Contains(doc, []byte(kind)) {
		return doc
	}
	var out bytes.Buffer
	in, of := false, false
	for line := range bytes.Lines(doc) {
		switch trimmed := bytes.TrimRight(line, "\r\n"); {
		case bytes.Equal(trimmed, []byte(kind)):
			of = true
		case bytes.Equal(trimmed, []byte("spec:")):
			in = true
			out.WriteString("spec: {}\n")
			continue
		case in && (len(trimmed) == 0 || trimmed[0] == ' ' || trimmed[0] == '-' && !bytes.HasPrefix(trimmed, []byte("---"))):
			out.WriteByte('\n')
			continue
		default:
			in = false
		}
		out.Write(line)
	}
	if !of {
		return doc
	}
	return out.Bytes()
}
