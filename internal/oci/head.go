package oci

import (
	"archive/tar"
	"bytes"
	"path"
	"regexp"
	"strings"
)

// savedName are names that docker save gave before it wrote a layout.
var savedName = regexp.MustCompile(`^[0-9a-f]{64}(/|\.json$|$)`)

// IsArchive reports whether a file that begins so is a tar that holds images.
func IsArchive(head []byte) bool {
	r := bytes.NewReader(head)
	tr := tar.NewReader(r)
	for range 64 {
		h, err := tr.Next()
		if err != nil {
			return false
		}
		switch name := path.Clean(strings.TrimPrefix(h.Name, "./")); {
		case name == "oci-layout", name == "blobs", strings.HasPrefix(name, "blobs/sha256"), savedName.MatchString(name):
			return true
		case name == "manifest.json", name == "repositories":
			return true
		}
	}
	return false
}
