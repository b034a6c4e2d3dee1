package cloudinit

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

// Bounds of one text.
const (
	maxText  = 4 << 20
	maxDepth = 4 // messages within messages
	maxParts = 200
)

// hole is the variable that stands where a text is not known.
const hole = "NOT_KNOWN_BEFORE_IT_STARTS"

// Pieces joins a text that is known in part, and says why the rest is not.
func Pieces(ps graph.Pieces) (text, why string) {
	var b strings.Builder
	for _, p := range ps {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case graph.Hole:
			b.WriteString("${" + hole + "}")
			why = cmp.Or(why, p.Unknown)
		}
	}
	return b.String(), why
}

// Text returns the calls of a text. why is the reason for what [Pieces] did not know.
func Text(text, why string, o shell.Options) ([]shell.Call, []shell.Fault) {
	r := &reader{o: o}
	r.o.Unset = cmp.Or(o.Unset, "the machine sets NAME when it starts, if at all")
	r.text(text, 1, 0)
	for i := range r.calls {
		told(&r.calls[i], cmp.Or(why, "a part of the text is not known"))
	}
	slices.SortStableFunc(r.calls, func(a, b shell.Call) int { return cmp.Compare(a.Line, b.Line) })
	return r.calls, r.faults
}

// told takes what is not known out of a call, and says why it is not.
func told(c *shell.Call, why string) {
	if strings.Contains(c.Unknown, hole) {
		c.Unknown = why
	}
	c.What = strings.ReplaceAll(c.What, "${"+hole+"}", "…")
	before, _, found := strings.Cut(c.To, "${"+hole+"}")
	if !found {
		return
	}
	_, rest, ok := strings.Cut(before, "://")
	if !ok || !strings.Contains(rest, "/") { // the host is a part of what is not known
		c.To, c.Unknown = "", why
		return
	}
	c.To = before
}

type reader struct {
	o      shell.Options
	calls  []shell.Call
	faults []shell.Fault
	parts  int
}

// text reads one text that begins at a line.
func (r *reader) text(text string, line, depth int) {
	if r.parts++; depth > maxDepth || r.parts > maxParts || len(text) > maxText {
		r.faults = append(r.faults, shell.Fault{Line: line, Message: "what the machine runs when it starts is larger than is read: split it"})
		return
	}
	trimmed := strings.TrimLeft(text, " \t\r\n")
	line += strings.Count(text[:len(text)-len(trimmed)], "\n")
	if mark := templated().FindString(trimmed); mark != "" {
		trimmed, line = jinja().ReplaceAllLiteralString(trimmed[len(mark):], "${"+hole+"}"), line+1
	}
	head := strings.ToLower(first(trimmed))
	switch {
	case trimmed == "":
	case strings.HasPrefix(head, "#cloud-config"), strings.HasPrefix(head, "#cloud-config-archive"):
		r.config(trimmed, line, depth)
	case strings.HasPrefix(head, "#!"), strings.HasPrefix(head, "#cloud-boothook"):
		r.script(head, trimmed, line)
	case strings.HasPrefix(head, "#ps1"):
		r.script("powershell", trimmed, line)
	case strings.HasPrefix(head, "#include"):
		r.include(trimmed, line)
	case strings.HasPrefix(head, "<powershell>"), strings.HasPrefix(head, "<script>"):
		r.windows(trimmed, line)
	case strings.HasPrefix(head, "content-type:"), strings.HasPrefix(head, "mime-version:"):
		r.message(trimmed, line, depth)
	default:
		if plain, ok := unpacked(trimmed); ok {
			r.text(plain, line, depth+1)
			return
		}
		r.calls = append(r.calls, shell.Call{Tool: "boot", Purpose: "data", Line: line, Unknown: "what the machine runs when it starts is in a form that is not read"})
	}
}

// templated is the first line of a text that cloud-init fills in.
var templated = lazy.Regexp(`^##[ \t]*template:[ \t]*jinja[ \t\r]*\n`)

func first(text string) string {
	l, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(l)
}

// script reads a script for the shell that its first line names.
func (r *reader) script(sh, text string, line int) {
	if strings.Contains(sh, "python") {
		if r.o.Python != nil {
			r.calls = append(r.calls, moved(r.o.Python(text, 1), line)...)
		}
		return
	}
	read := shell.For(sh)
	if read == nil {
		r.faults = append(r.faults, shell.Fault{Line: line, Message: "its commands are for cmd or another language that is not read: look at what it fetches"})
		return
	}
	r.take(line)(read(strings.ReplaceAll(text, "\r\n", "\n"), r.o))
}

// take enters what a script that begins at a line says.
func (r *reader) take(line int) func([]shell.Call, []shell.Fault) {
	return func(calls []shell.Call, faults []shell.Fault) {
		r.calls = append(r.calls, moved(calls, line)...)
		for _, f := range faults {
			f.Line += line - 1
			r.faults = append(r.faults, f)
		}
	}
}

func moved(calls []shell.Call, line int) []shell.Call {
	for i := range calls {
		calls[i].Line += line - 1
	}
	return calls
}

// include reads the addresses of further texts, one a line; the first may stand behind
// the mark.
func (r *reader) include(text string, line int) {
	for i, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(includes().ReplaceAllString(l, "")); l != "" && !strings.HasPrefix(l, "#") {
			r.calls = append(r.calls, shell.Call{Tool: "#include", Purpose: "registry", To: l, What: "what it runs", Line: line + i})
		}
	}
}

var (
	includes = lazy.Regexp(`(?i)^\s*#include(-once)?`)
	marked   = map[string]func() *regexp.Regexp{"powershell": lazy.Regexp(`(?is)<powershell>(.*?)(?:</powershell>|$)`), "cmd": lazy.Regexp(`(?is)<script>(.*?)(?:</script>|$)`)}
)

// windows reads the scripts between marks that the agent of AWS takes.
func (r *reader) windows(text string, line int) {
	for _, sh := range []string{"powershell", "cmd"} {
		for _, m := range marked[sh]().FindAllStringSubmatchIndex(text, -1) {
			r.script(sh, text[m[2]:m[3]], line+strings.Count(text[:m[2]], "\n"))
		}
	}
}

// message reads the parts of one in MIME.
func (r *reader) message(text string, line, depth int) {
	head, body, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	kind, params := "", map[string]string{}
	for _, l := range strings.Split(strings.ReplaceAll(head, "\n ", " "), "\n") {
		if name, value, ok := strings.Cut(l, ":"); ok && strings.EqualFold(name, "content-type") {
			kind, params, _ = mime.ParseMediaType(strings.TrimSpace(value))
		}
	}
	if !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		r.text(body, line+strings.Count(head, "\n")+2, depth+1)
		return
	}
	parts := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			if err != io.EOF {
				r.faults = append(r.faults, shell.Fault{Line: line, Message: "the message that it is cannot be read as a whole: " + err.Error()})
			}
			return
		}
		src, _ := io.ReadAll(io.LimitReader(p, maxText+1))
		at := line + strings.Count(head, "\n") + 2 + strings.Count(until(body, string(src)), "\n")
		r.text(decoded(src, p.Header), at, depth+1)
	}
}

func until(s, mark string) string {
	before, _, _ := strings.Cut(s, mark)
	return before
}

func decoded(src []byte, h textproto.MIMEHeader) string {
	if strings.EqualFold(h.Get("Content-Transfer-Encoding"), "base64") {
		if out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(src)), "")); err == nil {
			return string(out)
		}
	}
	return string(src)
}

// unpacked is what a text in base64 holds, which may be packed.
func unpacked(text string) (string, bool) {
	src, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(src) < 8 {
		return "", false
	}
	if bytes.HasPrefix(src, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(src))
		if err != nil {
			return "", false
		}
		if src, err = io.ReadAll(io.LimitReader(z, maxText+1)); err != nil {
			return "", false
		}
	}
	return string(src), !bytes.ContainsRune(src, 0)
}
