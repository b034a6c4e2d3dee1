package nvidia

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An element is a part of a signed XML document. What is read of a manifest is
// read from the tree whose canonical form was verified, so that nothing can
// stand between the signature and the reader.
type element struct {
	prefix, local string
	attributes    []xml.Attr // raw: the prefix stands in Name.Space
	parent        *element
	children      []any // *element or string
}

// Bounds of a document; NVIDIA's have 21 KiB, are four deep and declare five
// namespaces. Each element below a declaration costs it anew.
const (
	maxManifest   = 1 << 20
	maxDepth      = 16
	maxNamespaces = 32
	maxAttributes = 2 * maxAlternatives
)

// parseXML reads a document. It takes only what a manifest needs: no comments,
// no instructions, no document type, so that no two readers can see two things.
func parseXML(b []byte) (*element, error) {
	if len(b) > maxManifest {
		return nil, fmt.Errorf("manifest: %d bytes; at most %d are read", len(b), maxManifest)
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	var root, at *element
	depth, namespaces := 0, 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("manifest: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{prefix: t.Name.Space, local: t.Name.Local, attributes: slices.Clone(t.Attr), parent: at}
			if at == nil && root != nil {
				return nil, fmt.Errorf("manifest: a second root element %s", t.Name.Local)
			}
			if depth++; depth > maxDepth {
				return nil, fmt.Errorf("manifest: deeper than %d elements", maxDepth)
			}
			if err := e.plain(); err != nil {
				return nil, err
			}
			if namespaces += e.declares(); namespaces > maxNamespaces {
				return nil, fmt.Errorf("manifest: more than %d namespaces", maxNamespaces)
			}
			if at == nil {
				root = e
			} else {
				at.children = append(at.children, e)
			}
			at = e
		case xml.EndElement:
			if at == nil || at.prefix != t.Name.Space || at.local != t.Name.Local {
				return nil, fmt.Errorf("manifest: %s ends where it did not begin", t.Name.Local)
			}
			at, depth = at.parent, depth-1
		case xml.CharData:
			if at != nil {
				at.children = append(at.children, string(t))
			} else if len(bytes.TrimSpace(t)) > 0 {
				return nil, fmt.Errorf("manifest: text outside of the root element")
			}
		case xml.ProcInst:
			if t.Target != "xml" || root != nil {
				return nil, fmt.Errorf("manifest: a processing instruction %s", t.Target)
			}
		default:
			return nil, fmt.Errorf("manifest: a comment or a document type; none is allowed")
		}
	}
	if root == nil || at != nil {
		return nil, fmt.Errorf("manifest: the document is cut off")
	}
	return root, nil
}

// plain refuses attributes that parsers are known to read differently.
func (e *element) plain() error {
	if len(e.attributes) > maxAttributes {
		return fmt.Errorf("manifest: %s has %d attributes; at most %d are read", e.local, len(e.attributes), maxAttributes)
	}
	seen := map[xml.Name]bool{}
	for _, a := range e.attributes {
		if seen[a.Name] {
			return fmt.Errorf("manifest: attribute %s stands twice", a.Name.Local)
		}
		seen[a.Name] = true
		if a.Name.Space == "xml" || strings.ContainsAny(a.Value, "\t\n\r") {
			return fmt.Errorf("manifest: attribute %s has a value with line breaks, or belongs to XML itself", a.Name.Local)
		}
	}
	return nil
}

// isNamespace says whether an attribute declares a prefix, and which.
func isNamespace(a xml.Attr) (prefix string, ok bool) {
	if a.Name.Space == "" && a.Name.Local == "xmlns" {
		return "", true
	}
	return a.Name.Local, a.Name.Space == "xmlns"
}

// declares is how many prefixes the element declares.
func (e *element) declares() (n int) {
	for _, a := range e.attributes {
		if _, ok := isNamespace(a); ok {
			n++
		}
	}
	return n
}

// namespace is what a prefix stands for at this element.
func (e *element) namespace(prefix string) string {
	for at := e; at != nil; at = at.parent {
		for _, a := range at.attributes {
			if p, ok := isNamespace(a); ok && p == prefix {
				return a.Value
			}
		}
	}
	return ""
}

// canonical is the element in Canonical XML 1.1 without comments, as if it
// stood alone, and without the element that is left out.
func (e *element) canonical(without *element) []byte {
	var b bytes.Buffer
	e.write(&b, without, map[string]string{"": ""}, e.inherited())
	return b.Bytes()
}

// inherited are the declarations above an element, which belong to it when it
// is taken out of its document.
func (e *element) inherited() map[string]string {
	all := map[string]string{}
	for at := e.parent; at != nil; at = at.parent {
		for _, a := range at.attributes {
			if p, ok := isNamespace(a); ok {
				if _, nearer := all[p]; !nearer {
					all[p] = a.Value
				}
			}
		}
	}
	return all
}

// write writes the element: declarations that are new by prefix, then
// attributes by namespace and name.
func (e *element) write(b *bytes.Buffer, without *element, written, declared map[string]string) {
	var attributes []xml.Attr
	for _, a := range e.attributes {
		if p, ok := isNamespace(a); ok {
			declared[p] = a.Value
		} else {
			attributes = append(attributes, a)
		}
	}
	below := map[string]string{}
	for p, uri := range written {
		below[p] = uri
	}
	var fresh []string
	for p, uri := range declared {
		if have, ok := written[p]; !ok || have != uri {
			fresh = append(fresh, p)
			below[p] = uri
		}
	}
	slices.Sort(fresh)
	slices.SortFunc(attributes, func(x, y xml.Attr) int {
		return slices.Compare([]string{e.uri(x), x.Name.Local}, []string{e.uri(y), y.Name.Local})
	})

	name := qualified(e.prefix, e.local)
	b.WriteString("<" + name)
	for _, p := range fresh {
		fmt.Fprintf(b, ` %s="%s"`, strings.TrimSuffix("xmlns:"+p, ":"), attributeEscapes.Replace(declared[p]))
	}
	for _, a := range attributes {
		fmt.Fprintf(b, ` %s="%s"`, qualified(a.Name.Space, a.Name.Local), attributeEscapes.Replace(a.Value))
	}
	b.WriteString(">")
	for _, c := range e.children {
		switch c := c.(type) {
		case string:
			b.WriteString(textEscapes.Replace(c))
		case *element:
			if c != without {
				c.write(b, without, below, map[string]string{})
			}
		}
	}
	b.WriteString("</" + name + ">")
}

// uri orders attributes: those without a prefix have no namespace.
func (e *element) uri(a xml.Attr) string {
	if a.Name.Space == "" {
		return ""
	}
	return e.namespace(a.Name.Space)
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

// child is the only child element of that name and namespace; nil when there
// is none or more than one.
func (e *element) child(uri, local string) *element {
	all := e.all(uri, local)
	if len(all) != 1 {
		return nil
	}
	return all[0]
}

// all are the child elements of that name and namespace. It bears a nil
// element, of which there are none.
func (e *element) all(uri, local string) []*element {
	if e == nil {
		return nil
	}
	var some []*element
	for _, c := range e.children {
		if c, ok := c.(*element); ok && c.local == local && c.namespace(c.prefix) == uri {
			some = append(some, c)
		}
	}
	return some
}

// text is what stands in the element, without white space.
func (e *element) text() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range e.children {
		if s, ok := c.(string); ok {
			b.WriteString(s)
		}
	}
	return strings.Join(strings.Fields(b.String()), "")
}

// attribute is the value of an attribute by namespace and name.
func (e *element) attribute(uri, local string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attributes {
		if _, declares := isNamespace(a); !declares && a.Name.Local == local && e.uri(a) == uri {
			return a.Value
		}
	}
	return ""
}
