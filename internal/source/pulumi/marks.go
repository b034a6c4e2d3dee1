package pulumi

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A value that is more than plain is written as an object with this key, and
// what kind it is of as its value. The words are those of Pulumi's sdk,
// go/common/resource/{properties,asset}.go and plugin/rpc.go.
const (
	markKey    = "4dabf18193072939515e22adb298388d"
	markSecret = "1b47061264138c4ac30d75fd1eb44270"
	markOutput = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
)

// unknowns stand in previews for what is known after the update only.
var unknowns = map[string]bool{
	"04da6b54-80e4-46f7-96ec-b56ff0331ba9": true, // a text
	"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7": true, // a boolean
	"3eeb2bf0-c639-47a8-9e75-3b44932eb421": true, // a number
	"6a19a0b0-7e62-4c92-b797-7f8e31da9cc2": true, // a list
	"dd056dcd-154b-4c76-9bd3-c8f88648b5ff": true, // an object
	"030794c1-ac77-496b-92df-f27374a8bd58": true, // an asset
	"e48ece36-62e2-4504-bad9-02848725956a": true, // an archive
}

// later is why such a value is not known.
const later = "it is known after the update"

// plainly is a value without the marks: secrets and what is not known yet are
// holes. A secret is not shown, even where it stands in clear text.
func plainly(n *tree.Node, depth int) *tree.Node {
	if n == nil {
		return &tree.Node{Line: 1}
	}
	switch n.Kind {
	case tree.String:
		if unknowns[n.Text] {
			return hole(n.Line, later)
		}
		for mark := range unknowns {
			if strings.Contains(n.Text, mark) {
				text := strings.ReplaceAll(n.Text, mark, placeholder)
				if doc := partOf(text, later, nil, n.Line); doc != nil {
					return doc
				}
				return hole(n.Line, later)
			}
		}
	case tree.List:
		out := &tree.Node{Kind: tree.List, Line: n.Line}
		for _, it := range n.Items {
			out.Items = append(out.Items, plainly(it, depth+1))
		}
		return out
	case tree.Object:
		switch mark := n.Get(markKey); {
		case mark.Str() == markSecret:
			return hole(n.Line, "it is a secret")
		case mark.Str() == markOutput:
			if isTrue(n.Get("secret")) {
				return hole(n.Line, "it is a secret")
			}
			if v := n.Get("value"); v != nil {
				return plainly(v, depth+1)
			}
			return hole(n.Line, later)
		case mark != nil:
			return hole(n.Line, "it is the content of a file") // an asset, an archive, a reference
		}
		out := &tree.Node{Kind: tree.Object, Line: n.Line}
		for _, f := range n.Fields {
			out.Fields = append(out.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: plainly(f.Value, depth+1)})
		}
		return out
	}
	return n
}
