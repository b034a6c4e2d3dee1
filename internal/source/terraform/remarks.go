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
	end := map[int]int{} // from the last one back, so that a long run is walked once
	for i := len(out) - 1; i >= 0; i-- {
		line := int(out[i].pos.line)
		n := line
		for comment[n] {
			if known, ok := end[n]; ok {
				n = known
				break
			}
			n++
		}
		end[line] = n
		out[i].next = int32(n)
	}
	return out
}

// about splits the remarks, which are sorted by line, at a block: those that
// come before it and belong to no block, those that are its own, and the rest.
func about(rb *rawBlock, all []remark) (before, mine, rest []remark) {
	i := 0
	for i < len(all) && all[i].pos.line < rb.pos.line && all[i].next != rb.pos.line {
		i++
	}
	j := i
	for j < len(all) && all[j].pos.line <= rb.last {
		j++
	}
	return all[:i], all[i:j:j], all[j:]
}
