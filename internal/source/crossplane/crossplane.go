// Package crossplane reads Crossplane: managed resources, and what claims and
// composite resources come to through the compositions of the tree. It also
// reads the resources of Google's Config Connector, which have the same form but
// for the level of spec.forProvider; their language is config-connector.
//
// A managed resource is an asset whose type is its group and kind
// ("s3.aws.upbound.io/Bucket"); its attributes are those below spec.forProvider,
// and externalName. A field that names another managed resource, by reference or
// by selector, is read as the field that Crossplane fills from it: vpcIdRef as
// vpcId, not known before it exists, with the resource that it comes from.
//
// A claim or composite resource stands for what its composition makes of it:
// resources with patches and transforms, also as input of
// function-patch-and-transform. What another function makes cannot be known
// without running it. A composition that nothing in the tree uses is shown once,
// with what a claim would say unknown.
package crossplane

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
)

// headSize is how much of a file Match sees at most.
const headSize = 64 << 10

var (
	yamlGroup = regexp.MustCompile(`(?m)^(?:- |  )?["']?apiVersion["']?[ \t]*:[ \t]*["']?[\w-]+(?:\.[\w-]+)+/`)
	yamlKind  = regexp.MustCompile(`(?m)^(?:- |  )?["']?kind["']?[ \t]*:`)
	jsonKind  = regexp.MustCompile(`"kind"\s*:`)
	jsonGroup = regexp.MustCompile(`"apiVersion"\s*:\s*"[\w-]+(?:\.[\w-]+)+/`)
)

// Match reports whether a file may belong to this source. What a claim is, only
// the definitions of the tree tell, so that every object of a group with a
// domain may be one; [Read] parses those only that are. Of a file that is longer
// than its head the rest may hold anything.
func Match(path string, head []byte) bool {
	group, kind := yamlGroup, yamlKind
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
	case ".json":
		group, kind = jsonGroup, jsonKind
	default:
		return false
	}
	if !bytes.Contains(head, []byte("apiVersion")) || !bytes.Contains(head, []byte("kind")) {
		return false
	}
	return marked(head) || bytes.Contains(head, []byte("metadata")) && group.Match(head) && kind.Match(head) || len(head) >= headSize
}

// ours are words of which a file with objects for Crossplane has one.
var ours = [][]byte{[]byte("forProvider"), []byte("ProviderConfig"), []byte("apiextensions.crossplane.io"), []byte(connector)}

func marked(src []byte) bool {
	for _, w := range ours {
		if bytes.Contains(src, w) {
			return true
		}
	}
	return false
}

// connector ends the groups of Config Connector.
const connector = "cnrm.cloud.google.com"

// isConnector reports whether an object is a resource of Config Connector, and
// not a part of its own installation.
func isConnector(o *object) bool {
	service, ok := strings.CutSuffix(o.group(), "."+connector)
	return ok && service != "core" && service != "customize.core" && service != "addons" && o.kind() != ""
}
