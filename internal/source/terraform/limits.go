package terraform

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A parser that recurses dies with the whole process when its stack is full,
// and hclsyntax joins the lines of a heredoc in quadratic time. Both are
// bounded here, on the bytes, before it sees them.
const (
	// freeNesting is how many brackets a file may hold in all without being
	// looked at closely: even nested in each other they fit the stack.
	freeNesting = 20_000
	// maxBrackets keeps the tokens of one file within a few hundred MiB.
	maxBrackets = 1_000_000
	// maxNesting bounds brackets in brackets; people write less than 30.
	maxNesting = 500
	// maxOperators bounds the operators of one expression, whose tree is as
	// deep as there are operators.
	maxOperators = 5_000
	// maxHeredoc bounds the text between two template sequences of a heredoc,
	// in bytes times lines: 512 KiB in 10,000 lines take about 0.8 s.
	maxHeredocCost = 512 << 10 * 10_000
	// liftHeredoc is from where on a heredoc without template sequences is
	// replaced by a marker while the file is parsed.
	liftHeredoc = 16 << 10
)

// checkText refuses bytes that the parser must not see.
func checkText(name string, src []byte) (int, error) {
	if !utf8.Valid(src) {
		line, rest := 1, src
		for len(rest) > 0 {
			r, n := utf8.DecodeRune(rest)
			if r == utf8.RuneError && n == 1 {
				break
			}
			if r == '\n' {
				line++
			}
			rest = rest[n:]
		}
		return line, errors.New("the file is not valid UTF-8: save it as UTF-8")
	}
	if isJSON(name) {
		return 0, nil // the JSON reader counts its own depth
	}
	return checkNesting(name, src)
}

var errOperators = fmt.Errorf("an expression has more than %d operators: no configuration needs that, the file is not evaluated", maxOperators)

// checkNesting bounds the depth of the syntax tree.
func checkNesting(name string, src []byte) (int, error) {
	brackets, operators := 0, 0
	for _, b := range src {
		switch b {
		case '(', '[', '{':
			brackets++
		case '!', '-', '+', '*', '/', '%', '<', '>', '=', '&', '|', '?', '.':
			operators++
		}
	}
	if brackets < freeNesting && operators < 2*freeNesting {
		return 0, nil
	}
	if brackets > maxBrackets {
		return 1, fmt.Errorf("the file holds more than %d brackets: split it, it is not evaluated", maxBrackets)
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	type level struct{ ops int }
	stack := []level{{}}
	total := 0
	for _, t := range tokens {
		top := &stack[len(stack)-1]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl,
			hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			if t.Type == hclsyntax.TokenOBrack || t.Type == hclsyntax.TokenTemplateControl {
				top.ops++ // a[x][x] and nested directives deepen the tree without nesting brackets
				total++
			}
			if total > maxOperators {
				return t.Range.Start.Line, errOperators
			}
			stack = append(stack, level{})
			if len(stack) > maxNesting {
				return t.Range.Start.Line, fmt.Errorf("brackets are nested more than %d deep: no configuration needs that, the file is not evaluated", maxNesting)
			}
		case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(stack) > 1 {
				total -= top.ops
				stack = stack[:len(stack)-1]
			}
		case hclsyntax.TokenComma:
			total -= top.ops
			top.ops = 0
		case hclsyntax.TokenNewline:
			if len(stack) == 1 {
				total -= top.ops
				top.ops = 0
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
			hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenQuestion, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual,
			hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq, hclsyntax.TokenDot:
			top.ops++
			total++
			if total > maxOperators {
				return t.Range.Start.Line, errOperators
			}
		case hclsyntax.TokenEqual:
			total -= top.ops
			top.ops = 0
		}
	}
	return 0, nil
}
