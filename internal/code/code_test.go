package code_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/code"
)

// show prints what a file says: imports, and calls with their arguments.
func show(f *code.File) string {
	var b strings.Builder
	for _, im := range f.Imports {
		fmt.Fprintf(&b, "import %s|%s|%s\n", im.Path, im.Name, im.As)
	}
	for i := range f.Calls {
		c := &f.Calls[i]
		fmt.Fprintf(&b, "%d %s(", c.Line, f.Chain(i))
		for j, a := range c.Args {
			if j > 0 {
				b.WriteString(", ")
			}
			if a.Name != "" {
				b.WriteString(a.Name + "=")
			}
			b.WriteString(value(a.Value))
		}
		b.WriteString(")")
		if c.Assigned != "" {
			b.WriteString(" -> " + c.Assigned)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func value(v code.Value) string {
	var items []string
	for i, x := range v.Items {
		s := value(x)
		if v.Kind == code.Map {
			s = v.Keys[i] + ":" + s
		}
		items = append(items, s)
	}
	list := strings.Join(items, " ")
	switch v.Kind {
	case code.String:
		if v.Open {
			return "~" + v.Text
		}
		return "'" + v.Text
	case code.Env:
		return "$" + v.Text + "[" + list + "]"
	case code.Result:
		return fmt.Sprintf("#%d", v.Call)
	case code.List:
		return "[" + list + "]"
	case code.Map:
		return "{" + list + "}"
	case code.Any:
		return "<" + list + ">"
	case code.Name, code.Number:
		return v.Text
	}
	return "?"
}

func TestLanguages(t *testing.T) {
	for _, c := range []struct {
		lang      code.Language
		src, want string
	}{
		{code.LangPython, `
import os, a.b as ab
from openai import OpenAI as O, AsyncOpenAI
BASE = "https://one.example"
URL = f"{BASE}/v1"
class T:
    def __init__(self, model="m1"):
        self.client = O(base_url=URL, key=os.environ["KEY"], org=os.getenv("ORG", "x"))
        self.model = model
    async def ask(self):
        return await self.client.chat.create(model=self.model, n=[{"role": "user"}], url="http" "s://" + host)
def f():
    with O() as c:
        c.go(x if y else "k")
        ab.g(*a, **k)
        O().h("%s/v1" % BASE, "{}/x".format(BASE))
`, `import os||
import a.b||ab
import openai|OpenAI|O
import openai|AsyncOpenAI|AsyncOpenAI
8 openai.OpenAI(base_url='https://one.example/v1, key=$KEY[], org=$ORG['x]) -> self.client
8 os.getenv('ORG, 'x)
11 openai.OpenAI().chat.create(model='m1, n=[{role:'user}], url=~https://{host})
13 openai.OpenAI() -> c
14 openai.OpenAI().go(<x 'k>)
15 a.b.g(*=a, **=k)
16 openai.OpenAI()
16 openai.OpenAI().h(~%s/v1, ~{}/x)
16 .format('https://one.example)
`},
		{code.LangJavaScript, "import OpenAI, { type X, Y as Z } from 'openai'; import * as L from \"@lang/core\"\n" +
			"const { Pinecone } = require('pinecone')\n" + `
const base = process.env.BASE ?? "https://two.example"
export const client: OpenAI = new OpenAI({ baseURL: base, apiKey: process.env["KEY"], ...rest })
class S { private c = new Z<string>("a")
  async ask(q: string): Promise<string> {
    const re = /["']/g
    return (await this.c.chat.create({ model: ` + "`m-${v}`" + `, base })) as string
  }
}
const f = async () => { await client.responses.create({model: 'gpt'}) }
const X = require("x"); new X("z"); foo?.("x"); if (a) { L.b.c("it's") }
`, `import openai|default|OpenAI
import openai|X|X
import openai|Y|Z
import @lang/core||L
import pinecone|Pinecone|Pinecone
import x||X
2 require('pinecone)
5 openai.default({baseURL:<$BASE[] 'https://two.example> apiKey:$KEY[] *:rest}) -> client
6 openai.Y('a) -> c
9 openai.Y().chat.create({model:~m-{v} base:<$BASE[] 'https://two.example>})
12 openai.default().responses.create({model:'gpt})
13 require('x)
13 x('z)
13 foo('x)
13 @lang/core.b.c('it's)
`},
		{code.LangGo, `package main

import (
	"os"
	openai "github.com/x/go-openai"
	"github.com/y/anthropic-sdk-go/v2"
)

const base = "https://three.example" + "/v1"

func ask(ctx context.Context) (string, error) {
	cfg := openai.DefaultConfig(os.Getenv("KEY"))
	cfg.BaseURL = base
	client, err := openai.NewClientWithConfig(cfg)
	if err != nil { return "", err }
	resp := client.Create(ctx, openai.Request{Model: openai.GPT4, Name: ` + "`raw`" + `, URL: base})
	defer func() { _ = resp.Close() }()
	return "", nil
}
`, `import os||os
import github.com/x/go-openai||openai
import github.com/y/anthropic-sdk-go/v2||anthropicsdk
12 github.com/x/go-openai.DefaultConfig($KEY[]) -> cfg
12 os.Getenv('KEY)
14 github.com/x/go-openai.NewClientWithConfig(#0) -> client
16 github.com/x/go-openai.NewClientWithConfig().Create(ctx, #4) -> resp
16 github.com/x/go-openai.Request(Model=github.com/x/go-openai.GPT4, Name='raw, URL='https://three.example/v1)
17 github.com/x/go-openai.NewClientWithConfig().Create().Close() -> _
`},
		{code.LangJava, `package x.y;
import com.openai.client.OpenAIClient;
import static com.a.B.*;
class S {
  private static final String URL = "https://four.example";
  private final OpenAIClient client = OpenAIClient.builder().baseUrl(URL).build();
  String ask(String q) throws IOException {
    return client.chat().create(new Params("m", System.getenv("KEY"), List.of("a")));
  }
}
`, `import com.openai.client|OpenAIClient|OpenAIClient
import com.a.B|*|
6 com.openai.client.OpenAIClient.builder()
6 com.openai.client.OpenAIClient.builder().baseUrl('https://four.example)
6 com.openai.client.OpenAIClient.builder().baseUrl().build() -> client
8 com.openai.client.OpenAIClient.builder().baseUrl().build().chat()
8 com.openai.client.OpenAIClient.builder().baseUrl().build().chat().create(#5)
8 Params('m, $KEY[], #7)
8 System.getenv('KEY)
8 List.of('a)
`},
		{code.LangKotlin, `import com.aallam.openai.client.OpenAI as O
val host = "https://five.example"
class S(val m: String = "m") { val c = O(token = System.getenv("T"), host = "$host/v1/${x}")
  fun ask(q: String): String = c.chat("m") }
`, `import com.aallam.openai.client|OpenAI|O
3 com.aallam.openai.client.OpenAI(token=$T[], host=~https://five.example/v1/{x}) -> c
3 System.getenv('T)
4 com.aallam.openai.client.OpenAI().chat('m)
`},
		{code.LangCSharp, `using Azure.AI.OpenAI; using A = B.C;
namespace N { class S {
  readonly Client _c = new Client(new Uri("https://six.example"), key: Environment.GetEnvironmentVariable("K")) { Region = "eu" };
  async Task<string> Ask(string q) { var s = $"{q}x{{"; return await _c.Get<string>(@"a""b", s); }
} }
`, `import Azure.AI.OpenAI|*|
import B.C||A
3 Client(#1, key=$K[], Region='eu) -> _c
3 Uri('https://six.example)
3 Environment.GetEnvironmentVariable('K)
4 Client().Get('a"b, ~{q}x{)
`},
		{code.LangRust, `use async_openai::{Client, config::{OpenAIConfig as Cfg, *}};
const BASE: &str = "https://seven.example";
fn ask<'a>(q: &'a str) -> Result<String> {
    let cfg = Cfg::new().with_api_base(BASE).with_key(std::env::var("K")?);
    let client = Client::with_config(cfg);
    client.chat().create(r#"a"b"#, vec!["x".to_string()], 'c').await?;
}
`, `import async_openai|Client|Client
import async_openai.config|OpenAIConfig|Cfg
import async_openai.config|*|
4 async_openai.config.OpenAIConfig.new()
4 async_openai.config.OpenAIConfig.new().with_api_base('https://seven.example)
4 async_openai.config.OpenAIConfig.new().with_api_base().with_key($K[]) -> cfg
4 std.env.var('K)
5 async_openai.Client.with_config(#2) -> client
6 async_openai.Client.with_config().chat()
6 async_openai.Client.with_config().chat().create('a"b, ['x], c)
6 .to_string()
`},
	} {
		f, err := code.Parse(c.lang, []byte(c.src))
		if err != nil {
			t.Errorf("%s: %v", c.lang, err)
		}
		if got := show(f); got != c.want {
			t.Errorf("%s:\n--- got\n%s--- want\n%s", c.lang, got, c.want)
		}
	}
}

// What a class is made of and a function gives back, as it was imported.
func TestGiven(t *testing.T) {
	for _, c := range []struct {
		lang code.Language
		text string
		want string
	}{
		{code.LangPython, "from a import B, C\nimport d\nclass X(B, d.E, metaclass=C): pass\nclass Y(X): pass\n", "3 a.B|3 d.E"},
		{code.LangPython, "from a import B\ndef f():\n  if x: return B\n  y = B()\n  return y\ndef g(): return B.C\nreturn B + 1\n", "3 a.B|6 a.B.C"},
		{code.LangJavaScript, "import {B} from 'a'\nclass X<T extends B<A<T>>> extends B.C<T extends U ? V : W> implements I {}\nclass Y extends X {}\nclass extends B {}\nconst f = () => { return B }\nfunction g() { return B(1) }\ninterface X extends B {}", "2 a.B.C|4 a.B|5 a.B"},
	} {
		f, err := code.Parse(c.lang, []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range f.Given {
			got = append(got, fmt.Sprintf("%d %s", g.Line, g.Name))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q gives %s", c.text, s)
		}
	}
}

func TestBlocks(t *testing.T) {
	f, err := code.Python([]byte(`
@dsl.component(packages=["a"], image="x")
def f(a: int = 3):
    """what it does, https://doc.example"""
    # see https://comment.example
    return g("https://call.example")

with DAG("id") as dag, open("x"):
    t = Op(task_id="t")
    u = "https://plain.example"
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Blocks) != 2 || f.Blocks[0].Name != "f" || f.Blocks[0].Last != 6 || f.Blocks[1].Kind != "with" || f.Blocks[1].As[0] != "dag" {
		t.Fatalf("blocks: %+v", f.Blocks)
	}
	if d := f.Blocks[0].Decorators; len(d) != 1 || f.Calls[d[0].Call].Name != "dsl.component" {
		t.Errorf("decorators: %+v", d)
	}
	if h := f.Blocks[1].Heads; len(h) != 2 || f.Calls[h[0].Call].Name != "DAG" {
		t.Errorf("heads: %+v", h)
	}
	got := map[string]code.Class{}
	for _, s := range f.Strings {
		if at := strings.Index(s.Text, "https://"); at >= 0 {
			got[s.Text[at+8:]] = s.Class
		}
	}
	want := map[string]code.Class{"doc.example": code.Doc, "comment.example": code.Comment, "call.example": code.Argument, "plain.example": code.Plain}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("classes: %v, want %v", got, want)
	}
}

func TestBroken(t *testing.T) {
	for src, want := range map[string]string{
		"f('a\ng(\"x\")\n":      "line 1: a string is never closed",
		"f(\"a\"\n":             `line 1: "(" is never closed`,
		"f(\"a\"]\n)\ng(\"x\")": `line 1: "]" closes nothing`,
		"x = '''a":              "line 1: a string is never closed",
	} {
		_, err := code.Python([]byte(src))
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
}

// A text may begin or end in the middle of anything.
func TestCut(t *testing.T) {
	for _, src := range []string{"=", "} =", "x: {} =", "return", "return a.", "class", "class X(", "class X(A", "class X extends", "class X extends {", "x: A & {b: C} = {c: 1}"} {
		for _, lang := range languages {
			_, _ = code.Parse(lang, []byte(src))
		}
	}
}

func TestFinder(t *testing.T) {
	f := code.NewFinder([]string{"openai", "api.x.ai", "nai.x"})
	for text, want := range map[string]bool{"import OpenAI": true, "opena i": false, "an api.X.ai": true, "openai.x": true, "": false, "opennai.x!": true, "apix.ai": false} {
		if got := f.In([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestLinear gives texts that are hard for a reader that looks twice: what takes
// time by the square of the text takes minutes here.
func TestLinear(t *testing.T) {
	const n, limit = 6000, 10 * time.Second
	for _, unit := range []string{"f(", "[f(", "{a:f(", "a=", "a.b().", "\"", "f\"{", "`${", "x?y:", "/[", "a<", "def f(a=", "x=x+x\n", "a=[a,a]\n", "=>{", "import {", "use a::{", "return a.", "class A(A,", "class A extends A {", "a: A & {b: C} = "} {
		for _, lang := range languages {
			at := time.Now()
			_, _ = code.Parse(lang, []byte(strings.Repeat(unit, n)))
			if took := time.Since(at); took > limit {
				t.Errorf("%s: %v for %q", lang, took, unit)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"f(x=\"a\", *b)[1](f\"{c!r:>{w}} {{\")", "a = b = c\n@d(1)\nasync def e(f: int = 1):\n  with g() as h: i()", "`${`${a}`}` /[/]/ x?.y!.z<T>(1)",
		"use a::{b::{self}, c as d};", "$@\"{a}\"\"b\" $$\"\"\"{{x}}\"\"\"", "\"$a ${b(\"c\")}\"", "import x, {y as z} from 'q'", "))((]]", "'''", "x := T{A: 1}", "f(\\\n", "a.b=this.c=a", "f(lambda a, b: c, [d for e in g])"} {
		for i := range len(languages) {
			f.Add(byte(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, lang byte, src string) {
		l := languages[int(lang)%len(languages)]
		a, err := code.Parse(l, []byte(src))
		b, again := code.Parse(l, []byte(src))
		if show(a) != show(b) || (err == nil) != (again == nil) {
			t.Fatal("the same text is read in two ways")
		}
		lines := strings.Count(src, "\n") + 1
		for _, s := range a.Strings {
			if s.Line < 1 || s.Line > lines {
				t.Fatalf("line %d of %d: %q", s.Line, lines, s.Text)
			}
		}
		for i, c := range a.Calls {
			if c.Line < 1 || c.Line > lines || c.On == i || c.On >= len(a.Calls) || c.Within >= i || c.Block >= len(a.Blocks) {
				t.Fatalf("call %d: %+v", i, c)
			}
		}
		for i, b := range a.Blocks {
			if b.Within >= i {
				t.Fatalf("block %d: %+v", i, b)
			}
		}
	})
}

var languages = []code.Language{code.LangPython, code.LangJavaScript, code.LangGo, code.LangJava, code.LangKotlin, code.LangCSharp, code.LangRust}
