package code

import (
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// markup is what React puts into a page as it is. Where it is a program, a browser
// runs it.
const markup = "__html"

// inside reads the programs that stand in texts of the program.
func (p *program) inside() {
	for i := range p.file.Strings {
		s := &p.file.Strings[i]
		if s.Key == markup && strings.Contains(s.Text, "://") && strings.Contains(s.Text, "function") {
			line := s.Line
			p.reader.script(p.name, s.Text, p.ecosystem, p.out, func(n int) int { return p.at(line + n - 1) })
		}
	}
}

// script reads a program in JavaScript that stands in something else.
func (r *reader) script(name, src, ecosystem string, out *result, lines func(int) int) {
	f, _ := text.Parse(text.LangJavaScript, []byte(src)) // a page may have more in it: the rest counts
	p := &program{reader: r, file: f, name: name, out: out, ecosystem: ecosystem, lines: lines}
	p.read()
}

// toolHead reports whether a file begins as a tool that Flowise exports: what an
// agent may call, with the program that it runs.
// https://docs.flowiseai.com/integrations/langchain/tools/custom-tool
func toolHead(head []byte) bool {
	s := string(head)
	return strings.Contains(s, `"func"`) && strings.Contains(s, `"schema"`) && strings.Contains(s, `"iconSrc"`)
}

// tool reads the program of such a tool.
func (s *setup) tool(doc *tree.Node) {
	if src := doc.Get("func"); src.Str() != "" && doc.Get("schema") != nil {
		s.reader.script(s.name, src.Str(), ecosystems[text.LangJavaScript], s.out, func(int) int { return src.Line })
	}
}
