// Package fence keeps generated regions in a file that people write too:
//
//	<!-- bailiwick:begin systems sha256:… -->
//	what the program writes
//	<!-- bailiwick:end systems -->
//
// The text outside of the fences is never touched. The digest shows whether
// somebody edited what is inside. A line that begins with "<!-- bailiwick:" is a
// fence, wherever it stands; who writes about fences indents the line.
package fence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Region is one generated part.
type Region struct {
	Name string
	Text string // whole lines
}

// A File is a text with regions in it.
type File struct {
	name  string
	parts []part
}

// A part is text of people, or a region.
type part struct {
	name   string // of a region; "" for people's text
	text   string // of a region: what stands between its fences
	digest string // as the fence has it, "" where it has none
	line   int    // of the fence that begins it
	ending string // of the lines of its fences
	last   bool   // the file ends with its fence, without a line end
}

const opening = "<!-- bailiwick:"

// byteOrderMark begins what some editors write. It stays, and hides no fence.
const byteOrderMark = "\ufeff"

var form = regexp.MustCompile(`^<!-- bailiwick:(begin|end) ([a-z][a-z0-9-]*)(?: (sha256:[0-9a-f]{64}))? -->[ \t]*$`)

// Parse reads a file that has to have exactly the known regions, in any order. The
// error says all that is wrong, a line each, with file:line.
func Parse(name, src string, known []string) (*File, error) {
	p := &parser{file: &File{name: name}, known: known, seen: map[string]int{}}
	if rest, ok := strings.CutPrefix(src, byteOrderMark); ok {
		p.own.WriteString(byteOrderMark)
		src = rest
	}
	for line := range strings.Lines(src) {
		p.line++
		p.read(line)
	}
	if p.open != nil {
		p.fail(p.open.line, "the region %s does not end: add the line %s", p.open.name, end(p.open.name))
	}
	p.text()
	if len(p.seen) == 0 && len(p.errs) == 0 {
		return nil, fmt.Errorf("%s has no regions of a review: it is another file, or its fences were removed; name another one with -o", name)
	}
	for _, k := range known {
		if p.seen[k] == 0 {
			p.fail(p.line, "the region %s is missing: add the lines %s and %s where it shall stand", k, begin(k, ""), end(k))
		}
	}
	return p.file, errors.Join(p.errs...)
}

type parser struct {
	file  *File
	known []string
	seen  map[string]int
	open  *part
	own   strings.Builder // people's text so far
	line  int
	errs  []error
}

func (p *parser) fail(line int, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %s", p.file.name, line, fmt.Sprintf(format, args...)))
}

// text ends a part of people's text.
func (p *parser) text() {
	if p.own.Len() > 0 {
		p.file.parts = append(p.file.parts, part{text: p.own.String()})
		p.own.Reset()
	}
}

func (p *parser) read(line string) {
	bare := strings.TrimRight(line, "\r\n")
	if !strings.HasPrefix(bare, opening) {
		if p.open != nil {
			p.open.text += line
		} else {
			p.own.WriteString(line)
		}
		return
	}
	m := form.FindStringSubmatch(bare)
	switch {
	case m == nil:
		p.fail(p.line, "this fence cannot be read; it looks like %s or %s", begin("systems", "sha256:…"), end("systems"))
	case !slices.Contains(p.known, m[2]):
		p.fail(p.line, "there is no region %s; there are: %s", m[2], strings.Join(p.known, ", "))
	case m[1] == "begin" && p.open != nil:
		p.fail(p.line, "the region %s begins before %s of line %d ends: add the line %s", m[2], p.open.name, p.open.line, end(p.open.name))
		p.open = nil
		p.begin(m, line)
	case m[1] == "begin":
		p.begin(m, line)
	case p.open == nil:
		p.fail(p.line, "the region %s ends and did not begin: add the line %s before it", m[2], begin(m[2], ""))
		p.seen[m[2]] = p.line
	case p.open.name != m[2]:
		p.fail(p.line, "the region %s ends where %s of line %d is open", m[2], p.open.name, p.open.line)
		p.open = nil
	default:
		p.open.last = bare == line
		p.file.parts = append(p.file.parts, *p.open)
		p.open = nil
	}
}

func (p *parser) begin(m []string, line string) {
	if first := p.seen[m[2]]; first > 0 {
		p.fail(p.line, "the region %s is there twice, first at line %d: remove one", m[2], first)
	}
	p.text()
	p.seen[m[2]] = p.line
	p.open = &part{name: m[2], digest: m[3], line: p.line, ending: "\n"}
	if strings.HasSuffix(line, "\r\n") {
		p.open.ending = "\r\n"
	}
}

func begin(name, digest string) string {
	if digest != "" {
		digest = " " + digest
	}
	return opening + "begin " + name + digest + " -->"
}

func end(name string) string { return opening + "end " + name + " -->" }

// Digest is that of the text of a region, whatever its line ends.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(unix(text)))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func unix(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// framed is the text as it stands between its fences: Markdown needs the blank lines.
func framed(text string) string { return "\n" + text + "\n" }
