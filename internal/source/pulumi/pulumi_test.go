package pulumi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/pulumi"
)

func read(t testing.TB, files map[string]string) graph.Facts {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	f := pulumi.Read(paths)
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	for i := range f.Assets {
		f.Assets[i].Root = strings.TrimPrefix(strings.TrimPrefix(f.Assets[i].Root, filepath.ToSlash(dir)), "/")
	}
	return f
}

func asset(t *testing.T, f *graph.Facts, root, address string) *graph.Asset {
	t.Helper()
	for i := range f.Assets {
		if a := &f.Assets[i]; string(a.Address) == address && a.Root == root {
			return a
		}
	}
	t.Fatalf("there is no %s in %q", address, root)
	return nil
}

// say words a reading: the value or why there is none, from whom, and where.
func say(rds []graph.Reading) string {
	var out []string
	for _, rd := range rds {
		s := fmt.Sprint(rd.Value)
		if rd.Unknown != "" {
			s = "? " + rd.Unknown
			if rd.Part != nil {
				s = fmt.Sprint(rd.Part)
			}
		}
		if len(rd.Refs) > 0 {
			s += fmt.Sprint(" of ", rd.Refs)
		}
		out = append(out, s+" "+filepath.Base(rd.Origin.File)+":"+fmt.Sprint(rd.Origin.Line))
	}
	return strings.Join(out, ", ")
}

const program = `name: triage
runtime: yaml
config:
  plain: {type: string}
  fixed: {default: eu}
  token: {type: string}
variables:
  list: [a, "${plain}", c]
  later: {fn::invoke: {function: "aws:getAmi", arguments: {owner: "${one.arn}"}}}
  round: ${round}
resources:
  one: {type: "aws:sqs/queue:Queue", properties: {name: "q-${pulumi.stack}"}}
  dot.ted: {type: "aws:sqs:Queue", properties: {name: dotted}}
  two:
    type: aws:sqs:Queue
    properties:
      x: EXPRESSION
`

// What expressions come to.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		{`"${plain}"`, "given Pulumi.dev.yaml:3"},
		{`"${fixed}-1"`, "eu-1 Pulumi.yaml:17"},
		{`"${token}"`, "? it is a secret Pulumi.dev.yaml:4"},
		{`"$${plain}"`, "${plain} Pulumi.yaml:17"},
		{`"${list[1]}"`, "given Pulumi.dev.yaml:3"},
		{`"${list[7]}"`, "? the list has no element 7 Pulumi.yaml:17"},
		{`"${one.name}"`, "q-dev of [aws:sqs:Queue/one] Pulumi.yaml:12"},
		{`"${one.arn}"`, "? aws:sqs:Queue/one.arn is known when it exists of [aws:sqs:Queue/one] Pulumi.yaml:17"},
		{`"${one}"`, "? aws:sqs:Queue/one is known when it exists of [aws:sqs:Queue/one] Pulumi.yaml:17"},
		{`"arn:${one.arn}/*"`, "? aws:sqs:Queue/one.arn is known when it exists of [aws:sqs:Queue/one] Pulumi.yaml:17"},
		{`"${dot.ted.name}"`, "dotted of [aws:sqs:Queue/dot.ted] Pulumi.yaml:13"},
		{`"${later.id}"`, "? aws:getAmi is asked when the program runs of [aws:sqs:Queue/one] Pulumi.yaml:9"},
		{`"${round}"`, "? the variable round depends on itself Pulumi.yaml:10"},
		{`"${two.x}"`, "? aws:sqs:Queue/two.x is known when it exists of [aws:sqs:Queue/two] Pulumi.yaml:17"},
		{`"${nobody}"`, "? nothing in the program is called nobody Pulumi.yaml:17"},
		{`{fn::join: ["-", [a, "${plain}"]]}`, "a-given Pulumi.yaml:17"},
		{`{fn::select: [1, [a, "${plain}"]]}`, "given Pulumi.dev.yaml:3"},
		{`{fn::select: [0, {fn::split: ["-", "eu-west"]}]}`, "eu Pulumi.yaml:17"},
		{`{fn::toJSON: {a: "${plain}"}}`, `{"a":"given"} Pulumi.yaml:17`},
		{`{fn::toJSON: {a: "${one.arn}", b: 1}}`, "map[a:{aws:sqs:Queue/one.arn is known when it exists [aws:sqs:Queue/one]} b:1] of [aws:sqs:Queue/one] Pulumi.yaml:17"},
		{`'{"a": "${one.arn}/*", "b": 1}'`, "map[a:{aws:sqs:Queue/one.arn is known when it exists [aws:sqs:Queue/one]} b:1] of [aws:sqs:Queue/one] Pulumi.yaml:17"},
		{`{fn::secret: "${plain}"}`, "? it is a secret Pulumi.yaml:17"},
		{`{fn::fromBase64: {fn::toBase64: "${plain}"}}`, "given Pulumi.yaml:17"},
		{`{fn::readFile: ./x}`, "? fn::readFile is not evaluated Pulumi.yaml:17"},
	} {
		f := read(t, map[string]string{"Pulumi.yaml": strings.Replace(program, "EXPRESSION", c.expr, 1),
			"Pulumi.dev.yaml": "config:\n  aws:region: eu-west-3\n  triage:plain: given\n  triage:token: {secure: AAAB}\n"})
		if got := say(asset(t, &f, "Pulumi.dev.yaml", "aws:sqs:Queue/two").Attrs.Read("x")); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s is %s, want %s", c.expr, got, c.want)
		}
	}
}

// Each stack is a unit with a configuration of its own; a program that no stack
// file configures is one with none.
func TestStacks(t *testing.T) {
	src := strings.Replace(program, "EXPRESSION", `"${plain}"`, 1)
	f := read(t, map[string]string{"a/Pulumi.yaml": src, "a/Pulumi.dev.yaml": "config: {\"aws:region\": eu-west-3}\n", "a/Pulumi.prod.yaml": "config: {\"aws:region\": eu-central-1, plain: x}\n", "b/Pulumi.yaml": src,
		"c/Main.yaml": "resources: {one: {type: \"aws:sqs:Queue\"}}\n", "c/Pulumi.yaml": "name: c\nruntime: yaml\n", "d/Pulumi.yaml": "name: [broken\n", "e/Main.yaml": "x: 1\n"})
	for root, want := range map[string]string{"a/Pulumi.dev.yaml": "eu-west-3 Pulumi.dev.yaml:1", "a/Pulumi.prod.yaml": "eu-central-1 Pulumi.prod.yaml:1", "b": ""} {
		if got := say(asset(t, &f, root, "aws:sqs:Queue/one").Provider.Attrs.Read("region")); got != want {
			t.Errorf("%s: the region is %q, want %q", root, got, want)
		}
	}
	if got := say(asset(t, &f, "a/Pulumi.dev.yaml", "aws:sqs:Queue/two").Attrs.Read("x")); !strings.Contains(got, "the configuration of the stack dev does not say plain") {
		t.Error(got)
	}
	asset(t, &f, "c", "aws:sqs:Queue/one")
	if len(f.Problems) != 1 || !strings.HasSuffix(f.Problems[0].Origin.File, "d/Pulumi.yaml") {
		t.Errorf("%v", f.Problems)
	}
}

// Values that name each other ten times a level end before they are large.
func TestLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("name: l\nruntime: yaml\nvariables:\n  v0: [x]\n  s0: xx\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "  v%d: [%s]\n  s%d: %q\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("\"${v%d}\", ", i-1), 10), ", "), i, strings.Repeat(fmt.Sprintf("${s%d}", i-1), 10))
	}
	b.WriteString("resources:\n  r: {type: \"aws:sqs:Queue\", properties: {x: {fn::toJSON: \"${v29}\"}, y: \"${s29}\"}}\n")
	f := read(t, map[string]string{"Pulumi.yaml": b.String()})
	a := asset(t, &f, "", "aws:sqs:Queue/r")
	for _, attr := range []string{"x", "y"} {
		if got := say(a.Attrs.Read(attr)); !strings.Contains(got, "too l") {
			t.Errorf("%s is %.200s", attr, got)
		}
	}
}

const preview = `{"steps": [
 {"op": "create-replacement", "newState": {"urn": "urn:pulumi:s::p::a:b/c:C::x", "custom": true, "type": "a:b/c:C", "inputs": {"known": "v", "later": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
   "secret": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "\"hunter2\""}, "deep": [{"secret": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAAA"}}],
   "doc": "{\"a\":\"arn:04da6b54-80e4-46f7-96ec-b56ff0331ba9/*\",\"b\":1}"}}},
 {"op": "replace", "newState": {"urn": "urn:pulumi:s::p::a:b/c:C::x", "custom": true, "type": "a:b/c:C", "inputs": {"known": "v"}}},
 {"op": "create", "newState": {"urn": "urn:pulumi:s::p::k:K$a:b/c:C::x", "custom": true, "type": "a:b/c:C", "inputs": {"of": "v"}, "propertyDependencies": {"of": ["urn:pulumi:s::p::a:b/c:C::x", "urn:pulumi:s::p::gone:g:G::y"]}}}
]}`

func TestPreview(t *testing.T) {
	f := read(t, map[string]string{"p.json": preview})
	if len(f.Assets) != 2 {
		t.Fatalf("%d assets", len(f.Assets))
	}
	a := asset(t, &f, "p.json", "a:b:C/x")
	for attr, want := range map[string]string{
		"known": "v p.json:2", "later": "? it is known after the update p.json:2", "secret": "? it is a secret p.json:3", "deep.secret": "? it is a secret p.json:3",
		"doc": "map[a:{it is known after the update []} b:1] p.json:4",
	} {
		if got := say(a.Attrs.Read(attr)); got != want {
			t.Errorf("%s is %s, want %s", attr, got, want)
		}
	}
	if got := say(asset(t, &f, "p.json", "k:K$a:b/c:C/x").Attrs.Read("of")); got != "v of [a:b:C/x] p.json:6" {
		t.Error(got)
	}
	f = read(t, map[string]string{"empty.json": `{"version": 3, "deployment": {"manifest": {}}}`, "cut.json": preview[:100]})
	if len(f.Problems) != 2 {
		t.Errorf("%v", f.Problems)
	}
}

func TestMatch(t *testing.T) {
	for path, head := range map[string]string{"Pulumi.yaml": "", "Pulumi.dev.yml": "", "Main.yaml": "", "x.json": preview, "s.json": `{"version":3,"deployment":{"manifest":{}}}`} {
		if !pulumi.Match(path, []byte(head)) {
			t.Errorf("%s is not read", path)
		}
	}
	for path, head := range map[string]string{"values.yaml": "", "x.json": `{"a": "urn:pulumi:x"}`, "package.json": "{}", "Pulumi.md": ""} {
		if pulumi.Match(path, []byte(head)) {
			t.Errorf("%s is read", path)
		}
	}
}

// FuzzProgram and FuzzStack: no panic, every fact has an origin, the same bytes
// give the same facts.
func FuzzProgram(f *testing.F) {
	seeds := []string{strings.Replace(program, "EXPRESSION", `"${list[1]}${one.arn}"`, 1), "name: a\nruntime: go\nbackend: {url: 's3://b?region=x&=&y'}\n", "resources: {a: {type: 'a:b'}, b: 1, c: ~}\n", "runtime: yaml\nresources: [1]\nconfig: {a: {secure: x}}\n",
		"runtime: yaml\nvariables: {a: '${b.c[0]}', b: {fn::toJSON: '${a}'}}\nresources: {r: {type: 'a:b:C', properties: {x: '${a} ${', y: '${', z: {fn::select: [9, 1]}}}}\n"}
	for _, s := range seeds {
		f.Add([]byte(s), []byte("config: {a:b: c}\n"))
	}
	f.Fuzz(func(t *testing.T, src, stack []byte) {
		same(t, map[string]string{"p/Pulumi.yaml": string(src), "p/Pulumi.dev.yaml": string(stack)})
	})
}

func FuzzStack(f *testing.F) {
	for _, s := range []string{preview, `{"version":3,"deployment":{"manifest":{},"resources":[{"urn":"urn:pulumi:a::b::c::d","custom":true,"type":"c"},null,{"type":1}]}}`, `{"steps":[{"op":"same","newState":{"type":"pulumi:providers:aws","inputs":{"a":"{\"b\":"}}}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) { same(t, map[string]string{"a.json": string(src)}) })
}

func same(t *testing.T, files map[string]string) {
	t.Helper()
	describe := func() string {
		f := read(t, files)
		s := ""
		for i := range f.Assets {
			a := &f.Assets[i]
			s += fmt.Sprint(a.Address, a.Type, a.Root, a.Partial, a.Origin.Line, len(a.Attrs.Read("x")), "\n")
		}
		for _, p := range f.Problems {
			s += p.Message + "\n"
		}
		return s
	}
	if a, b := describe(), describe(); a != b {
		t.Errorf("two readings differ:\n%s\n%s", a, b)
	}
}
