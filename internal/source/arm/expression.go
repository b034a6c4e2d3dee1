package arm

import (
	"fmt"
	"strings"
)

// An expression is a call with what is taken of its result: f(x).a[0], or a
// literal, which is a call without a name.
type expression struct {
	name   string // in lower case; "" for a literal
	args   []*expression
	text   string // of a literal
	number bool
	path   []*expression // members and indices; a member is a literal text
	source string        // as it is written
}

// parse reads what stands between the brackets of an expression.
func parse(src string) (*expression, error) {
	p := &parser{src: src}
	x, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.blank(); p.at < len(src) {
		return nil, fmt.Errorf("%q is more than an expression", src[p.at:])
	}
	return x, nil
}

type parser struct {
	src string
	at  int
}

func (p *parser) blank() {
	for p.at < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) next() byte {
	if p.blank(); p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) expression(depth int) (*expression, error) {
	if depth > maxNested {
		return nil, fmt.Errorf("the expression is nested too deep")
	}
	c := p.next()
	start := p.at
	var x *expression
	switch {
	case c == '\'':
		s, err := p.quoted()
		if err != nil {
			return nil, err
		}
		x = &expression{text: s}
	case c == '-' || c >= '0' && c <= '9':
		for p.at++; p.at < len(p.src) && (p.src[p.at] >= '0' && p.src[p.at] <= '9' || p.src[p.at] == '.'); p.at++ {
		}
		x = &expression{text: p.src[start:p.at], number: true}
	case letter(c):
		name := p.word()
		x = &expression{name: strings.ToLower(name)}
		if p.next() != '(' {
			return nil, fmt.Errorf("%s is not called", name)
		}
		p.at++
		for p.next() != ')' {
			arg, err := p.expression(depth + 1)
			if err != nil {
				return nil, err
			}
			x.args = append(x.args, arg)
			if p.next() == ',' {
				p.at++
			} else if p.next() != ')' {
				return nil, fmt.Errorf("%s( is not closed", name)
			}
		}
		p.at++
	default:
		return nil, fmt.Errorf("%q begins no expression", p.src[p.at:])
	}
	if err := p.suffixes(x, depth); err != nil {
		return nil, err
	}
	x.source = p.src[start:p.at]
	return x, nil
}

// suffixes reads .member and [index], as often as they come; .?member is one
// that may be missing.
func (p *parser) suffixes(x *expression, depth int) error {
	for {
		switch p.next() {
		case '.':
			if p.at++; p.next() == '?' {
				p.at++
			}
			if p.next() == '[' {
				continue
			}
			name := p.word()
			if name == "" {
				return fmt.Errorf("a member has no name")
			}
			x.path = append(x.path, &expression{text: name})
		case '[':
			if p.at++; p.next() == '?' {
				p.at++
			}
			if p.next() == '^' {
				p.at++
			}
			i, err := p.expression(depth + 1)
			if err != nil {
				return err
			}
			if p.next() != ']' {
				return fmt.Errorf("[ is not closed")
			}
			p.at++
			x.path = append(x.path, i)
		default:
			return nil
		}
	}
}

func (p *parser) quoted() (string, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.src); p.at++ {
		if p.src[p.at] != '\'' {
			b.WriteByte(p.src[p.at])
			continue
		}
		if p.at++; p.at >= len(p.src) || p.src[p.at] != '\'' {
			return b.String(), nil
		}
		b.WriteByte('\'')
	}
	return "", fmt.Errorf("a text is not closed")
}

func (p *parser) word() string {
	p.blank()
	start := p.at
	for p.at < len(p.src) && (letter(p.src[p.at]) || p.at > start && (p.src[p.at] >= '0' && p.src[p.at] <= '9' || p.src[p.at] == '$')) {
		p.at++
	}
	return p.src[start:p.at]
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$'
}
