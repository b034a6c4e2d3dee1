package terraform

import (
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// inTestdata is a root with a few variables, in which expressions can be
// evaluated; testdata is where files are read.
func inTestdata(t testing.TB) *scope {
	t.Helper()
	const vars = "variable \"open\" {}\nvariable \"flag\" { type = bool }\n" +
		"variable \"secret\" {\n  default = \"s\"\n  sensitive = true\n}\nvariable \"fleeting\" {\n  default = \"f\"\n  ephemeral = true\n}\n"
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/v.tf", []byte(vars), 0o644); err != nil {
		t.Fatal(err)
	}
	opt := &Options{}
	r := &rootEval{ld: newLoader(nil, opt), opt: opt, dir: "testdata", given: map[string]given{},
		providers: map[providerKey]*provider{}, missing: map[string]bool{}}
	r.top = newModInst(r, newModule(dir, []*parsedFile{newLoader(nil, &Options{}).parseFile(dir + "/v.tf")}))
	return r.top.scope
}

func compiled(t testing.TB, src string) expr {
	t.Helper()
	e, diags := hclsyntax.ParseExpression([]byte(src), "test", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", src, diags)
	}
	return (&compiler{file: &srcFile{name: "test"}, names: map[string]string{}}).expr(e)
}

// TestFunctions evaluates the expressions of testdata/functions.txt. Below
// each stands its value in JSON as the real tool encodes it, or a part of the
// error behind "!", or a part of the reason why it is unknown behind "?".
func TestFunctions(t *testing.T) {
	data, err := os.ReadFile("testdata/functions.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := inTestdata(t)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	used := map[string]bool{}
	for i := 0; i+1 < len(lines); i += 2 {
		src, want := lines[i], strings.TrimPrefix(lines[i+1], "    ")
		for name := range functions {
			if strings.Contains(src, name+"(") {
				used[name] = true
			}
		}
		v, err := s.eval(compiled(t, src))
		if part, ok := strings.CutPrefix(want, "! "); ok {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %#v, error %v, want one with %q", src, v, err, part)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		raw, _ := v.UnmarkDeep()
		if part, ok := strings.CutPrefix(want, "? "); ok {
			if why := causeOf(deepMarks(v)); raw.IsWhollyKnown() || !strings.Contains(why, part) {
				t.Errorf("%s: %#v because %q, want unknown because %q", src, raw, why, part)
			}
			continue
		}
		if !raw.IsWhollyKnown() {
			t.Errorf("%s is unknown because %s, want %s", src, causeOf(deepMarks(v)), want)
			continue
		}
		got, err := ctyjson.Marshal(raw, raw.Type())
		if err != nil {
			t.Errorf("%s: %v", src, err)
		}
		if string(got) != want && string(got) != strings.ReplaceAll(want, "\\u0026", "&") {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
	if n := len(lines) / 2; n < 250 {
		t.Errorf("only %d rows", n)
	}
	for name := range functions {
		if !used[name] && !strings.HasPrefix(name, "assume") {
			t.Errorf("no row calls %s", name)
		}
	}
}

// TestMarksTravel follows a reference through every pure function of one text.
func TestMarksTravel(t *testing.T) {
	s := inTestdata(t)
	m := cause("from here")
	for _, name := range sortedKeys(functions) {
		f := functions[name]
		if len(f.Params()) != 1 || f.Params()[0].Type != cty.String || f.VarParam() != nil {
			continue
		}
		v, err := s.pure(name, f, []cty.Value{cty.StringVal("YQ==").Mark(m)})
		if err != nil {
			continue // not every function takes this text
		}
		if _, ok := deepMarks(v)[m]; !ok {
			t.Errorf("%s loses where its argument came from", name)
		}
		u, err := s.pure(name, f, []cty.Value{cty.DynamicVal.Mark(m)})
		if err != nil {
			t.Errorf("%s of something unknown: %v", name, err)
		} else if _, ok := deepMarks(u)[m]; !ok || u.IsKnown() {
			t.Errorf("%s of something unknown is %#v", name, u)
		}
	}
}
