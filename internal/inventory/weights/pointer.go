package weights

import (
	"bytes"
	"strconv"
	"strings"
)

// A Pointer is what stands in a repository instead of a large file
// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
type Pointer struct {
	SHA256 string
	Size   int64
}

// PointerLimit is how large a pointer may be.
const PointerLimit = 1024

// ReadPointer reads a pointer of Git LFS; ok is false when the file is none.
func ReadPointer(src []byte) (p Pointer, ok bool) {
	if len(src) > PointerLimit || !bytes.HasPrefix(src, []byte("version https://git-lfs.github.com/spec/")) {
		return p, false
	}
	for line := range strings.Lines(string(src)) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		switch key {
		case "oid":
			if sum, is := strings.CutPrefix(value, "sha256:"); is && hexadecimal(sum) {
				p.SHA256 = sum
			}
		case "size":
			p.Size, _ = strconv.ParseInt(value, 10, 64)
		}
	}
	return p, p.SHA256 != "" && p.Size >= 0
}

// hexadecimal reports whether a text is a SHA-256 in hexadecimal digits.
func hexadecimal(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
