// Package pulumi reads what Pulumi knows: programs in YAML with the
// configuration of their stacks, what pulumi preview --json prints, and what
// pulumi stack export writes. Programs in other languages are not run: they are
// shown as one part that could not be read, with how to get a preview of them.
//
// A resource is an asset whose type is its token ("aws:s3/bucket:Bucket"); its
// address is the token, without what it says twice, and the name:
// aws:s3:Bucket/docs. The state is an asset too, where a project says where it
// keeps it.
package pulumi

import (
	"bytes"
	"path/filepath"
	"strings"
)

// Match reports whether a file belongs to this source, by its name and its
// first bytes.
func Match(path string, head []byte) bool {
	name := filepath.Base(path)
	switch ext := filepath.Ext(name); {
	case ext == ".json":
		return isStack(head)
	case ext != ".yaml" && ext != ".yml":
		return false
	}
	return strings.HasPrefix(name, "Pulumi.") || strings.TrimSuffix(name, filepath.Ext(name)) == "Main"
}

// isStack reports whether a document is a preview or an exported stack.
func isStack(head []byte) bool {
	if bytes.Contains(head, []byte(`"urn:pulumi:`)) {
		return bytes.Contains(head, []byte(`"deployment"`)) || bytes.Contains(head, []byte(`"steps"`))
	}
	return bytes.Contains(head, []byte(`"deployment"`)) && bytes.Contains(head, []byte(`"manifest"`)) && bytes.Contains(head, []byte(`"version"`))
}
