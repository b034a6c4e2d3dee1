package terraform

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

const (
	// maxTemplates bounds templates that render templates.
	maxTemplates = 64
	// templateCost is what rendering a template counts for among [maxSteps], so
	// that one that renders itself twice comes to an end.
	templateCost = 500
)

// A parsedTemplate is a template file, compiled once for all roots.
type parsedTemplate struct {
	ex  expr
	err error
}

func templateFile(s *scope, args []cty.Value) (cty.Value, error) {
	p, open, ok, err := constText(args[0], cty.DynamicPseudoType)
	if err != nil || !ok {
		return open, err
	}
	if strings.HasPrefix(p, "~") {
		return unknown(inHome), nil
	}
	ld, name := s.m.root.ld, s.m.root.path(p)
	data, err := ld.text(name)
	if err != nil {
		return cty.NilVal, err
	}
	t := remember(ld, ld.templates, name, func() (t parsedTemplate) {
		t.ex, t.err = compileTemplate(p, data)
		return t
	})
	if t.err != nil {
		return cty.NilVal, t.err
	}
	v, err := s.render(t.ex, args[1])
	return withMarks(v, settled(args[0].Marks())), err
}

func templateString(s *scope, args []cty.Value) (cty.Value, error) {
	text, open, ok, err := constText(args[0], cty.DynamicPseudoType)
	if err != nil || !ok {
		return open, err
	}
	if err := s.spend(min(len(text)/16, maxElements)); err != nil {
		return cty.NilVal, err
	}
	ex, err := compileTemplate("<templatestring argument>", text)
	if err != nil {
		return cty.NilVal, err
	}
	v, err := s.render(ex, args[1])
	return withMarks(v, settled(args[0].Marks())), err
}

// compileTemplate parses the text of a template.
func compileTemplate(name, text string) (expr, error) {
	if !utf8.ValidString(text) {
		return nil, faultf("%s is not UTF-8 text", name)
	}
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return lit{cty.StringVal(text)}, nil
	}
	src := []byte(text)
	if _, err := checkNesting(name, src); err != nil {
		return nil, err
	}
	run, lines := longestText(src)
	if run*lines > maxHeredocCost {
		return nil, faultf("%s has %d KiB of text without a template sequence: parsing it would take too long", name, run>>10)
	}
	e, diags := hclsyntax.ParseTemplate(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, faultf("%s: %s: %s", name, diags[0].Summary, oneLine(diags[0].Detail))
	}
	return (&compiler{file: &srcFile{name: name}, names: map[string]string{}}).expr(e), nil
}

// longestText returns bytes and lines of the longest text between template sequences.
func longestText(src []byte) (size, lines int) {
	run, count := 0, 0
	for _, l := range bytes.SplitAfter(src, []byte("\n")) {
		if bytes.Contains(l, []byte("${")) || bytes.Contains(l, []byte("%{")) {
			run, count = 0, 0
		}
		run += len(l)
		if count++; run > size {
			size, lines = run, count
		}
	}
	return size, lines
}

// render evaluates a template, which sees nothing but its variables.
func (s *scope) render(ex expr, vars cty.Value) (cty.Value, error) {
	raw, marks := settle(vars).Unmark()
	ty := raw.Type()
	switch {
	case raw.IsNull():
		return cty.NilVal, fault("the variables of the template are null")
	case !raw.IsKnown() || ty == cty.DynamicPseudoType:
		return withMarks(cty.DynamicVal, marks), nil
	case !ty.IsObjectType() && !ty.IsMapType():
		return cty.NilVal, faultf("the variables of the template are a %s, not a map", ty.FriendlyName())
	}
	if s.templates >= maxTemplates {
		return cty.NilVal, faultf("templates render templates more than %d deep", maxTemplates)
	}
	if err := s.spend(templateCost); err != nil {
		return cty.NilVal, err
	}
	in := &scope{m: s.m, insideTry: s.insideTry, onlyVars: map[string]cty.Value{}, templates: s.templates + 1}
	for it := raw.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if !identifier(k.AsString()) {
			return cty.NilVal, faultf("%q cannot be the name of a template variable", k.AsString())
		}
		in.onlyVars[k.AsString()] = v
	}
	v, err := in.eval(ex)
	return withMarks(v, marks), err
}

// plainIdentifier matches the identifiers that nearly everybody writes.
// [hclsyntax.ValidIdentifier] knows all, and scans each as a document.
var plainIdentifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func identifier(name string) bool {
	return plainIdentifier.MatchString(name) || hclsyntax.ValidIdentifier(name)
}
