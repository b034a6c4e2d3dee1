package code

import "strings"

// statement looks at a word that may begin a statement.
func (p *parser) statement(i int) {
	if !p.syn.layout {
		p.keyword(i)
		return
	}
	t := &p.tokens[i]
	if !t.start && !p.is(i-1, ":") && !p.is(i-1, ";") || len(p.around) > 0 {
		return
	}
	switch t.text {
	case "import":
		p.pythonImport(i)
		return
	case "from":
		p.pythonFrom(i)
		return
	}
	at := i
	if p.is(at, "async") {
		at++
	}
	switch {
	case p.is(at, "def") && p.ident(at+1):
		p.define("function", at+1, t)
	case p.is(at, "class") && p.ident(at+1):
		p.define("class", at+1, t)
	case p.is(at, "with") && at+1 < len(p.tokens):
		p.with(at+1, t)
	default:
		p.pythonAssign(i)
	}
}

// lineEnd is the end of the statement that begins at a token; of one that does
// not begin a line, not far away.
func (p *parser) lineEnd(i int) int {
	limit := len(p.tokens)
	if !p.tokens[i].start {
		limit = min(limit, i+maxStatement)
	}
	for i++; i < limit && !p.tokens[i].start; i++ {
	}
	return i
}

// define takes the head of a function or a class.
func (p *parser) define(kind string, name int, head *token) {
	end := p.lineEnd(name)
	colon := p.find(name, end, ":")
	b := Block{Kind: kind, Name: p.tokens[name].text, Line: int(head.line)}
	for _, d := range p.decos {
		// Decorators are read when the names are known; see [parser.resolve].
		b.Decorators = append(b.Decorators, Value{Kind: pending, Call: d.from, size: d.to})
	}
	p.decos = nil
	if kind == "class" {
		p.bases(name + 1)
	}
	block := p.openBlock(b, colon+1, int(head.col))
	if open := p.find(name, end, "("); kind == "function" && open < end {
		p.split(open+1, max(int(p.tokens[open].match), open+1), func(from, to int) {
			if eq := p.find(from, to, "="); p.ident(from) && eq < to {
				p.assign(Assign{Name: p.tokens[from].text, Block: block, Line: int(p.tokens[from].line)}, from, eq+1, to)
			}
		})
	}
}

// pending marks a value that is read later: tokens Call to size.
const pending ValueKind = 254

// find is the first token with a text in a range, brackets being one; the end
// when there is none.
func (p *parser) find(from, to int, text string) int {
	for i := from; i < to; i = p.next(i) {
		if p.is(i, text) {
			return i
		}
	}
	return to
}

// with takes the head of a with statement.
func (p *parser) with(i int, head *token) {
	end := p.lineEnd(i)
	colon := p.find(i, end, ":")
	if colon >= end {
		return // it is a name
	}
	from, to := i, colon
	if m := int(p.tokens[i].match); p.is(i, "(") && m == colon-1 && p.find(i+1, m, "as") < m {
		from, to = i+1, m
	}
	b := Block{Kind: "with", Line: int(head.line)}
	block := p.openBlock(b, colon+1, int(head.col))
	blk := &p.file.Blocks[block]
	p.split(from, to, func(from, to int) {
		as, name := p.find(from, to, "as"), ""
		if as+1 < to {
			name = p.dots(as+1, to)
		}
		blk.Heads = append(blk.Heads, Value{Kind: pending, Call: from, size: as})
		blk.As = append(blk.As, name)
		if name != "" {
			p.assign(Assign{Name: name, Block: p.block(), Line: int(p.tokens[from].line)}, from, from, as)
		}
	})
}

// dots is the dotted name that fills a range, "" when something else does.
func (p *parser) dots(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if (i-from)%2 == 0 && p.ident(i) {
			b.WriteString(p.tokens[i].text)
		} else if (i-from)%2 == 1 && p.is(i, ".") {
			b.WriteByte('.')
		} else {
			return ""
		}
	}
	return b.String()
}

// pythonAssign takes x = v, x: T = v and x = y = v.
func (p *parser) pythonAssign(i int) {
	end := p.lineEnd(i)
	if semi := p.find(i, end, ";"); semi < end {
		end = semi
	}
	last := -1
	for at := i; at < end; at = p.next(at) {
		if p.is(at, "=") {
			last = at
		}
	}
	if last < 0 {
		return
	}
	for from, n := i, 0; from <= last && n < 8; n++ {
		eq := p.find(from, end, "=")
		target := min(p.find(from, eq, ":"), eq)
		if name := p.dots(from, target); name != "" {
			p.assign(Assign{Name: name, Block: p.block(), Line: int(p.tokens[from].line)}, from, last+1, end)
		}
		from = eq + 1
	}
}

// decorator takes what stands behind an @ at the beginning of a line.
func (p *parser) decorator(i int) {
	if p.syn.layout && p.tokens[i].start && len(p.around) == 0 {
		p.decos = append(p.decos, span{i + 1, p.lineEnd(i)})
	}
}

// pythonImport takes import a.b as c, d.
func (p *parser) pythonImport(i int) {
	p.split(i+1, p.lineEnd(i), func(from, to int) {
		if semi := p.find(from, to, ";"); semi < to {
			to = semi
		}
		as, name := p.find(from, to, "as"), ""
		if as+1 < to && p.ident(as+1) {
			name = p.tokens[as+1].text
		}
		if path := p.dots(from, as); path != "" {
			p.file.Imports = append(p.file.Imports, Import{Path: path, As: name, Line: int(p.tokens[from].line)})
		}
	})
}

// pythonFrom takes from a.b import C as D, (E, F), *.
func (p *parser) pythonFrom(i int) {
	end := p.lineEnd(i)
	at := p.find(i, end, "import")
	if at >= end {
		return
	}
	var path strings.Builder
	for j := i + 1; j < at; j++ {
		path.WriteString(p.tokens[j].text)
	}
	from, to := at+1, end
	if semi := p.find(from, to, ";"); semi < to {
		to = semi
	}
	if p.is(from, "(") && p.tokens[from].match > 0 {
		from, to = from+1, int(p.tokens[from].match)
	}
	p.split(from, to, func(from, to int) {
		im := Import{Path: path.String(), Name: p.tokens[from].text, As: p.tokens[from].text, Line: int(p.tokens[from].line)}
		if p.is(from, "*") {
			im.As = ""
		}
		if p.is(from+1, "as") && from+2 < to && p.ident(from+2) {
			im.As = p.tokens[from+2].text
		}
		p.file.Imports = append(p.file.Imports, im)
	})
}
