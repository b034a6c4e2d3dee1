package kb

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// A labelPattern is a host pattern whose region is one label between a head and
// a fixed tail, as nearly all of them are: bedrock.(?P<region>…).amazonaws.com. The
// tail says where the label is, so that two small expressions without groups
// answer what the whole one would, in half the time.
type labelPattern struct {
	tail string // with the dot before it
	once sync.Once
	expr [2]string // of the head, with its last dot, and of the region
	re   [2]*regexp.Regexp
}

// newLabelPattern takes an expression apart; nil when it has another form.
func newLabelPattern(expr string) *labelPattern {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat || len(re.Sub) < 4 {
		return nil
	}
	subs := re.Sub
	last := len(subs) - 1
	group, end := subs[last-2], subs[last-1]
	switch {
	case subs[0].Op != syntax.OpBeginText || subs[last].Op != syntax.OpEndText,
		group.Op != syntax.OpCapture || group.Name != "region" || hasDot(group.Sub[0]),
		end.Op != syntax.OpLiteral || end.Flags&syntax.FoldCase != 0 || end.Rune[0] != '.':
		return nil
	}
	p := &labelPattern{tail: string(end.Rune)}
	if head := subs[1 : last-2]; len(head) > 0 {
		if h := head[len(head)-1]; h.Op != syntax.OpLiteral || h.Rune[len(h.Rune)-1] != '.' {
			return nil // the head does not end where a label begins
		}
		p.expr[0] = (&syntax.Regexp{Op: syntax.OpConcat, Sub: head}).String()
	}
	p.expr[1] = group.Sub[0].String()
	return p
}

// hasDot reports whether what re matches may hold a dot.
func hasDot(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		return strings.ContainsRune(string(re.Rune), '.')
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= '.' && '.' <= re.Rune[i+1] {
				return true
			}
		}
		return false
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true // they look beyond the label: leave it to the whole expression
	}
	for _, sub := range re.Sub {
		if hasDot(sub) {
			return true
		}
	}
	return false
}

// match is what the whole expression would say.
func (p *labelPattern) match(host string) (region string, ok bool) {
	rest, ok := strings.CutSuffix(host, p.tail)
	if !ok {
		return "", false
	}
	at := strings.LastIndexByte(rest, '.') + 1
	p.once.Do(func() {
		for i, e := range p.expr {
			p.re[i] = regexp.MustCompile(`\A(?:` + e + `)\z`)
		}
	})
	if p.expr[0] == "" && at > 0 || p.expr[0] != "" && !p.re[0].MatchString(rest[:at]) {
		return "", false
	}
	if !p.re[1].MatchString(rest[at:]) {
		return "", false
	}
	return rest[at:], true
}
