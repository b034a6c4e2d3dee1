package terraform

import (
	"bytes"
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A given is a value that a root was given for a variable.
type given struct {
	ex   expr
	text *string // from the command line: meant by the variable's type
}

// value evaluates it. Variable files hold constants; the empty scope makes
// faults of everything else.
func (g given) value(v *variable) cty.Value {
	s := &scope{m: &modInst{root: &rootEval{}}, onlyVars: map[string]cty.Value{}}
	if g.text == nil {
		return s.value(g.ex)
	}
	if v.bare || v.typ == cty.DynamicPseudoType {
		return cty.StringVal(*g.text)
	}
	if v.typ.IsPrimitiveType() {
		return cty.StringVal(*g.text) // the conversion to the type follows
	}
	e, diags := hclsyntax.ParseExpression([]byte(*g.text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return unknown(fmt.Sprintf("the value given for variable %q is not valid HCL", v.name))
	}
	return s.value((&compiler{file: &srcFile{}, names: map[string]string{}}).expr(e))
}

// variableFiles returns those of a directory's files that apply by
// themselves, in the order in which later ones win.
func variableFiles(files []string) []string {
	var first, auto []string
	for _, f := range files {
		switch name := path.Base(slash(f)); {
		case name == "terraform.tfvars", name == "terraform.tfvars.json":
			first = append(first, f)
		case strings.HasSuffix(name, ".auto.tfvars"), strings.HasSuffix(name, ".auto.tfvars.json"):
			auto = append(auto, f)
		}
	}
	sort.Strings(first)
	sort.Strings(auto)
	return append(first, auto...)
}

// readVars adds the values of one file.
func (ld *loader) readVars(name string, into map[string]given) []graph.Problem {
	bad := func(line int, err error) []graph.Problem {
		return []graph.Problem{{Origin: graph.Origin{File: slash(name), Line: line}, Message: err.Error()}}
	}
	src, err := ld.read(name)
	if err != nil {
		return bad(0, err)
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if line, err := checkText(name, src); err != nil {
		return bad(line, err)
	}
	c := &compiler{file: &srcFile{name: slash(name)}, names: map[string]string{}, trace: ld.opt.Trace}
	if isJSON(name) {
		c.src = src
		root, line, err := parseJSON(src)
		if err != nil {
			return bad(line, err)
		}
		for _, p := range root.pairs {
			if p.name != "//" {
				into[p.name] = given{ex: c.jsonConst(p.val)}
			}
		}
		return nil
	}
	short, lifted, line, err := liftHeredocs(src)
	if err != nil {
		return bad(line, err)
	}
	c.lifted, c.src = lifted, short
	f, diags := hclsyntax.ParseConfig(short, name, hcl.InitialPos)
	if f != nil {
		if b, ok := f.Body.(*hclsyntax.Body); ok {
			for n, a := range b.Attributes {
				into[n] = given{ex: c.expr(a.Expr)}
			}
		}
	}
	if diags.HasErrors() {
		line := 1
		for _, d := range diags {
			if d.Severity == hcl.DiagError && d.Subject != nil {
				line = d.Subject.Start.Line
				break
			}
		}
		return bad(line, fmt.Errorf("this is not a valid variables file: %s", oneLine(diags[0].Summary)))
	}
	return nil
}
