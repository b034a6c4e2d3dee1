package kb

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// A hostPattern is an expression with what a host must contain to match it, so
// that most hosts are turned away without running it.
type hostPattern struct {
	endpoint *Endpoint
	tail     string   // the host ends in it
	needs    []string // and contains each of these
	run      func(host string) (region string, ok bool)
}

func newHostPattern(e *Endpoint) hostPattern {
	return hostPattern{endpoint: e, tail: fixedTail(e.Pattern), needs: literals(e.Pattern), run: runner(e.Pattern)}
}

// match returns the text of the group region, and whether the host matches.
func (p *hostPattern) match(host string) (region string, ok bool) {
	if !strings.HasSuffix(host, p.tail) {
		return "", false
	}
	for _, s := range p.needs {
		if !strings.Contains(host, s) {
			return "", false
		}
	}
	return p.run(host)
}

// runner compiles an expression when it is first run.
func runner(expr string) func(string) (string, bool) {
	if p := newLabelPattern(expr); p != nil {
		return p.match
	}
	return whole(expr)
}

// whole runs an expression as it is.
func whole(expr string) func(string) (string, bool) {
	var re *regexp.Regexp
	var group int
	var once sync.Once
	return func(host string) (string, bool) {
		once.Do(func() {
			re = regexp.MustCompile(expr)
			group = re.SubexpIndex("region")
		})
		if group < 0 {
			return "", re.MatchString(host)
		}
		m := re.FindStringSubmatchIndex(host)
		if m == nil || m[2*group] < 0 {
			return "", m != nil
		}
		return host[m[2*group]:m[2*group+1]], true
	}
}

// literals returns texts that are in everything an expression matches.
func literals(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	var found []string
	var walk func(*syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			if re.Flags&syntax.FoldCase == 0 && len(re.Rune) > 1 {
				found = append(found, string(re.Rune))
			}
		case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
			for _, sub := range re.Sub {
				walk(sub)
			}
		}
	}
	walk(re)
	return found
}

// fixedTail returns the literal text that everything an expression matches
// ends in; "" when that cannot be told from its last characters.
func fixedTail(expr string) string {
	body, ok := strings.CutSuffix(expr, "$")
	// An alternative at the top level would free the end: ^a$|b$.
	if !ok || strings.HasSuffix(body, `\`) || strings.Contains(topLevel(expr), "|") {
		return ""
	}
	tail := ""
	for body != "" {
		if rest, ok := strings.CutSuffix(body, `\.`); ok {
			tail, body = "."+tail, rest
			continue
		}
		c := body[len(body)-1]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
		if !letter || strings.HasSuffix(body[:len(body)-1], `\`) {
			break
		}
		tail, body = string(c)+tail, body[:len(body)-1]
	}
	return tail
}

// topLevel drops what stands in parentheses or classes.
func topLevel(expr string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; c {
		case '\\':
			i++
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		default:
			if depth == 0 {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}
