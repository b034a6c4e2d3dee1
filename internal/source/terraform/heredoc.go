package terraform

import (
	"bytes"
	"fmt"
	"strings"
)

// liftHeredocs replaces long heredoc texts by markers and returns what they
// stood for. Lines keep their numbers: the text's other lines become empty
// ones after the end marker. A long text that must be parsed is refused when
// that would take too long; line is where it starts.
func liftHeredocs(src []byte) (out []byte, lifted map[string]string, line int, err error) {
	if len(src) < liftHeredoc || !bytes.Contains(src, []byte("<<")) {
		return src, nil, 0, nil
	}
	out = src
	var b *bytes.Buffer
	copied, number := 0, 0
	for at := 0; at < len(src); {
		number++
		end := lineEnd(src, at)
		tag, flush, ok := heredocTag(src[at:end])
		if !ok {
			at = end
			continue
		}
		start, first := end, number
		at = end
		run, worst := 0, 0 // bytes since the last template sequence
		runLines, worstLines := 0, 0
		templated := false
		lines := 0
		closed := false
		for at < len(src) {
			end = lineEnd(src, at)
			text := src[at:end]
			if string(bytes.TrimSpace(text)) == tag {
				closed = true
				break
			}
			lines++
			number++
			if bytes.Contains(text, []byte("${")) || bytes.Contains(text, []byte("%{")) {
				templated = true
				run, runLines = 0, 0
			}
			run += len(text)
			runLines++
			if run > worst {
				worst, worstLines = run, runLines
			}
			at = end
		}
		if !closed {
			break // the parser will say so
		}
		size := at - start
		switch {
		case size < liftHeredoc:
		case !templated:
			if b == nil {
				b = &bytes.Buffer{}
				lifted = map[string]string{}
			}
			marker := fmt.Sprintf("heredoc%dx%d", len(src), len(lifted))
			lifted[marker] = heredocText(src[start:at], flush)
			b.Write(src[copied:start])
			b.WriteString(marker)
			b.WriteByte('\n')
			b.Write(bytes.TrimRight(src[at:lineEnd(src, at)], "\r\n"))
			b.WriteString(strings.Repeat("\n", lines-1)) // the marker took one of them
			at = lineEnd(src, at)
			if at > 0 && src[at-1] != '\n' {
				copied = at
			} else {
				copied = at - 1
			}
			number++
			continue
		case worst*worstLines > maxHeredocCost:
			return nil, nil, first, fmt.Errorf("the heredoc %s is %d KiB long: parsing it would take too long; move the text to a file and read it with file() or templatefile()", tag, size>>10)
		}
	}
	if b != nil {
		b.Write(src[copied:])
		out = b.Bytes()
	}
	return out, lifted, 0, nil
}

// lineEnd returns the offset just after the line that starts at at.
func lineEnd(src []byte, at int) int {
	if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(src)
}

// heredocTag reports whether the line ends by opening a heredoc.
func heredocTag(line []byte) (tag string, flush, ok bool) {
	i := bytes.LastIndex(line, []byte("<<"))
	if i < 0 {
		return "", false, false
	}
	rest := bytes.TrimRight(line[i+2:], "\r\n")
	if len(rest) > 0 && rest[0] == '-' {
		flush, rest = true, rest[1:]
	}
	if len(rest) == 0 || !identifier(string(rest)) {
		return "", false, false
	}
	// A heredoc that a comment or a string only seems to open is left to the
	// parser: its "text" would have to hold a line with the same word alone.
	if head := bytes.TrimSpace(line[:i]); len(head) > 0 && (head[0] == '#' || bytes.HasPrefix(head, []byte("//")) || bytes.HasPrefix(head, []byte("/*"))) {
		return "", false, false
	}
	return string(rest), flush, true
}

// heredocText is the value of the heredoc: for <<- without the indentation
// that all lines share.
func heredocText(text []byte, flush bool) string {
	if !flush {
		return string(text)
	}
	least := -1
	lines := strings.SplitAfter(string(text), "\n")
	for _, l := range lines {
		if l == "" {
			continue
		}
		if n := len(l) - len(strings.TrimLeft(l, " \t")); least < 0 || n < least {
			least = n
		}
	}
	var b strings.Builder
	for _, l := range lines {
		if l != "" {
			b.WriteString(l[least:])
		}
	}
	return b.String()
}
