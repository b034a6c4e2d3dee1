package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// remarkTag opens a comment that is meant for Bailiwick.
const remarkTag = "bailiwick:"

// A remark is such a comment. It belongs to the block that it stands in, or
// directly above; comment lines may stand between.
type remark struct {
	text string
	pos  pos
	next int32 // the line after the comment lines that it is one of
}

// remarksIn finds the remarks among the comments. Only files that contain the
// tag get here, so lexing them once more does not matter; a string or heredoc
// that holds the tag is no comment.
func remarksIn(src []byte, file *srcFile) []remark {
	tokens, _ := hclsyntax.LexConfig(src, file.name, hcl.InitialPos)
	var out []remark
	comment := map[int]bool{}
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenComment {
			continue
		}
		comment[t.Range.Start.Line] = true
		text := strings.TrimSpace(strings.TrimLeft(string(t.Bytes), "#/"))
		if rest, ok := strings.CutPrefix(text, remarkTag); ok {
			out = append(out, remark{text: strings.TrimSpace(rest), pos: pos{file, int32(t.Range.Start.Line)}})
		}
	}
	for i := range out {
		n := int(out[i].pos.line)
		for comment[n] {
			n++
		}
		out[i].next = int32(n)
	}
	return out
}

// about returns the remarks that belong to the block, and drops them from
// the list, so that what remains belongs to no block.
func about(rb *rawBlock, all []remark) (mine, rest []remark) {
	for _, r := range all {
		if r.next == rb.pos.line || r.pos.line >= rb.pos.line && r.pos.line <= rb.last {
			mine = append(mine, r)
		} else {
			rest = append(rest, r)
		}
	}
	return mine, rest
}
