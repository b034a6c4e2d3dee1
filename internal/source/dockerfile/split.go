package dockerfile

import (
	"regexp"
	"strings"
)

// An instruction is one of a Dockerfile, with its continued lines.
type instruction struct {
	word string // in capitals
	// text is what follows the word and its flags. Line ends are kept, so that the
	// lines of a script are those of the file.
	text  string
	flags []string
	line  int // of the word
	at    int // of text
	docs  []heredoc
}

// A heredoc is a text within the file: RUN <<EOF.
type heredoc struct {
	name string
	text string
	line int
}

var (
	heredocStart = regexp.MustCompile(`<<-?\s*(["']?)([A-Za-z_][A-Za-z0-9_.]*)["']?`)
	directive    = regexp.MustCompile(`^#\s*([A-Za-z]+)\s*=\s*(\S+)`)
	flagForm     = regexp.MustCompile(`^--[a-z][a-z-]*(=("[^"]*"|'[^']*'|\S*))?`)
)

// split takes a file apart. Comments between continued lines become empty
// continued lines.
func split(src string) []instruction {
	lines := strings.Split(src, "\n")
	escape := escapeOf(lines)
	var out []instruction
	for i := 0; i < len(lines); i++ {
		text := strings.TrimSpace(lines[i])
		if text == "" || text[0] == '#' {
			continue
		}
		in := instruction{line: i + 1}
		var b strings.Builder
		for ; ; i++ {
			t := lines[i]
			if s := strings.TrimSpace(t); b.Len() > 0 && (s == "" || s[0] == '#') {
				t = "\\"
			} else if s := strings.TrimRight(t, " \t"); strings.HasSuffix(s, escape) {
				t = strings.TrimSuffix(s, escape) + "\\"
			}
			b.WriteString(t)
			if !strings.HasSuffix(t, "\\") || i+1 >= len(lines) {
				break
			}
			b.WriteByte('\n')
		}
		in.parse(b.String())
		if in.word == "RUN" || in.word == "COPY" || in.word == "ADD" {
			i = in.heredocs(lines, i)
		}
		out = append(out, in)
	}
	return out
}

// escapeOf is the character that continues a line, as a directive at the top may
// say.
func escapeOf(lines []string) string {
	for _, l := range lines {
		m := directive.FindStringSubmatch(strings.TrimSpace(l))
		if m == nil {
			break
		}
		if strings.EqualFold(m[1], "escape") && m[2] == "`" {
			return "`"
		}
	}
	return "\\"
}

// parse takes the word and the flags off.
func (in *instruction) parse(text string) {
	text = strings.TrimLeft(text, " \t")
	end := strings.IndexAny(text, " \t\n")
	if end < 0 {
		end = len(text)
	}
	in.word, text = strings.ToUpper(text[:end]), text[end:]
	in.at = in.line
	for {
		rest := strings.TrimLeft(text, " \t")
		for strings.HasPrefix(rest, "\\\n") {
			rest = strings.TrimLeft(rest[2:], " \t")
			in.at++
		}
		text = rest
		m := flagForm.FindString(text)
		if m == "" || in.word == "RUN" && !strings.HasPrefix(m, "--mount") && !strings.HasPrefix(m, "--network") && !strings.HasPrefix(m, "--security") && !strings.HasPrefix(m, "--device") {
			break
		}
		in.flags = append(in.flags, m)
		text = text[len(m):]
	}
	in.text = text
}

// heredocs takes the texts that the instruction announces; it returns the last
// line that belongs to them.
func (in *instruction) heredocs(lines []string, i int) int {
	for _, m := range heredocStart.FindAllStringSubmatch(in.text, 8) {
		d := heredoc{name: m[2], line: i + 2}
		var b strings.Builder
		j := i + 1
		for ; j < len(lines) && strings.TrimSpace(lines[j]) != m[2]; j++ {
			b.WriteString(lines[j])
			b.WriteByte('\n')
		}
		if j >= len(lines) {
			return i // it does not end: no text
		}
		d.text = b.String()
		in.docs = append(in.docs, d)
		i = j
	}
	return i
}

// flag is the value of a flag.
func (in *instruction) flag(name string) (string, bool) {
	for _, f := range in.flags {
		if n, v, _ := strings.Cut(f, "="); n == "--"+name {
			return strings.Trim(v, `"'`), true
		}
	}
	return "", false
}
