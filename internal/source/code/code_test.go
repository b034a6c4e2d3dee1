package code_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/code"
)

// options know a few libraries of nobody.
func options() code.Options {
	return code.Options{
		Clients: func() []code.Client {
			return []code.Client{
				{Package: "acme-ai", Ecosystem: "pypi", Host: "api.acme.example.net", Env: []string{"ACME_URL"}},
				{Package: "acme-ai", Ecosystem: "pypi", Host: "acme.cloud.example.net", Makes: []string{"CloudClient"}},
				{Package: "@acme/ai", Ecosystem: "npm", Host: "api.acme.example.net", Makes: []string{"default", "Acme"}, Named: []string{"model", "0"}},
				{Package: "clouds", Ecosystem: "pypi", Host: "{service}.{region}.clouds.net", Makes: []string{"client"}, Service: []string{"0"}, Services: map[string]string{"llm": "llm-runtime"}},
				{Package: "clouds", Ecosystem: "pypi", Host: "{service}.{region}.clouds.net", Makes: []string{"client"}, Service: []string{"0"}, Services: map[string]string{"*": "*"}, Purpose: "data"},
				{Package: "clouds-go", Ecosystem: "go", Imports: []string{"clouds.example.net/sdk/{service}"}, Host: "{service}.{region}.clouds.net", Purpose: "data"},
				{Package: "router", Ecosystem: "pypi", Makes: []string{"completion"}, Routed: true, Prefixes: map[string]string{"acme": "api.acme.example.net", "other": "api.other.net", "local": "localhost"}},
				{Package: "weights", Ecosystem: "pypi", Makes: []string{"from_pretrained"}, Host: "hub.net", Purpose: "registry", Named: []string{"0"}},
				{Package: "tool-known", Ecosystem: "npm", Host: "tools.net", Purpose: "tool", Makes: []string{"-"}},
				{Package: "tool-local", Ecosystem: "npm", Purpose: "tool", Makes: []string{"-"}},
			}
		},
		Variables: func() []code.Variable {
			return []code.Variable{{Name: "ACME_URL", Purpose: "model"}, {Name: "LOG_SITE", Purpose: "logs", Host: true}}
		},
		Host: func(host string) (graph.Kind, bool) {
			switch {
			case strings.HasSuffix(host, "other.net"):
				return graph.ModelEndpoint, true
			case host == "pages.net":
				return graph.Registry, true
			}
			return "", false
		},
		Developer:  func(m string) string { return map[bool]string{true: "other"}[strings.HasPrefix(m, "omega-")] },
		Registries: func(e string) string { return e + ".registry.net" },
		Address:    []string{"base_url", "baseURL", "endpoint", "url", "host"}, Region: []string{"region", "Region"}, Named: []string{"model"},
	}
}

// read writes files into a folder and reads them; the flows as lines.
func read(t *testing.T, files map[string]string) ([]string, graph.Facts) {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module x\n"
	var names []string
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if code.Match(p, func() []byte { return []byte(text) }) {
			names = append(names, p)
		}
	}
	f := code.Read(names, options())
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, fl := range f.Flows {
		line := fmt.Sprintf("%s:%d %s %s", fl.From, fl.Origin.Line, fl.Purpose, fl.To)
		if fl.Unknown != "" {
			line += "? " + fl.Unknown
		}
		if fl.Model != "" {
			line += " " + fl.Model
		}
		out = append(out, line)
	}
	return out, f
}

func TestFlows(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"the address by itself, and models", map[string]string{"a.py": "import acme_ai\nc = acme_ai.Client()\nc.chat(model=\"m1\")\nc.chat(model=\"m2\")\n"},
			[]string{"a.py:3 model api.acme.example.net m1", "a.py:4 model api.acme.example.net m2"}},
		{"another class of the same package", map[string]string{"a.py": "from acme_ai import CloudClient\nCloudClient(model=M)\n"},
			[]string{"a.py:2 model acme.cloud.example.net"}},
		{"a class that is extended", map[string]string{"a.py": "from acme_ai import CloudClient\nclass Own(CloudClient, metaclass=M):\n  pass\n", "c.py": "from acme_ai import CloudClient as C\nclass Own(C): pass\nC(url='https://own.net')\n",
			"d.ts": "import { Acme as Theirs } from '@acme/ai'\nexport class Acme<T extends X> extends Theirs<T> implements Y {\n  f() { return Theirs }\n}\n", "e.ts": "import Acme from '@acme/ai'\nclass Own extends Acme {}\n"},
			[]string{"a.py:2 model acme.cloud.example.net", "c.py:3 model own.net", "d.ts:2 model api.acme.example.net", "e.ts:2 model api.acme.example.net"}},
		{"a class that is given back", map[string]string{"a.py": "def f():\n  from acme_ai import CloudClient\n  return CloudClient\n", "b.ts": "import { Acme } from '@acme/ai'\nfunction f(x: Acme) { return x }\n"},
			[]string{"a.py:3 model acme.cloud.example.net", "b.ts:1 model api.acme.example.net"}},
		{"an extended class that says the address itself", map[string]string{
			"a.py": "from acme_ai import CloudClient\nclass Own(CloudClient):\n  def __init__(self, key, n):\n    super().__init__(n, api_key=key, model='m1', base_url='https://own.net')\n  def f(self):\n    return super().f()\n",
			"b.ts": "import { Acme } from '@acme/ai'\nclass Own extends Acme {\n  constructor(url) { super({ baseURL: url }) }\n}\n"},
			[]string{"a.py:4 model own.net m1", "b.ts:3 model ? the address is decided at run time (url)"}},
		{"an error and a type of a client", map[string]string{"a.py": "from acme_ai import CloudClient, Errors\nclass E(CloudClient.Error): pass\ndef f(): return CloudClient.models\n",
			"b.ts": "import type { Acme } from '@acme/ai'\ninterface Own extends Acme.Options {}\n"},
			[]string{"a.py:1 model api.acme.example.net"}}, // of the import
		{"a variable with a type that is written out", map[string]string{"a.ts": "import Acme from '@acme/ai'\nconst o: Partial<P> & { a?: { b: C } } = { baseURL: 'https://one.net' }\nnew Acme(o)\nconst q: { baseURL: string } = { baseURL: 'https://two.net' }\nnew Acme(q)\nconst { baseURL } = o\n"},
			[]string{"a.ts:3 model one.net", "a.ts:5 model two.net"}},
		{"a program that a page is given as a text", map[string]string{
			"a.tsx": "export const W = () => <Script dangerouslySetInnerHTML={{\n  __html: `\n    (function(d) {\n      fetch('https://chat.other.net/sdk');\n    })(document)`\n}} />\n",
			"b.tsx": "const a = { __html: `<a href=\"https://pages.other.net/\">our function</a>` }\nconst b = { text: `(function() { fetch('https://said.other.net/') })()` }\n"},
			[]string{"a.tsx:4 model chat.other.net"}},
		{"the program of a tool that an agent is given", map[string]string{
			"Search.json": "{\n  \"name\": \"s\",\n  \"iconSrc\": \"\",\n  \"schema\": \"[]\",\n  \"func\": \"const f = require('node-fetch');\\nreturn await fetch('https://api.other.net/v1/chat/completions', {})\"\n}\n",
			"other.json":  "{\"schema\": \"[]\", \"func\": \"fetch('https://no.other.net/')\"}\n"},
			[]string{"Search.json:5 model api.other.net"}},
		{"an import alone", map[string]string{"a.py": "import acme_ai\n", "b.ts": "import type { Acme } from '@acme/ai'\n"},
			[]string{"a.py:1 model api.acme.example.net"}},
		{"an address that is written", map[string]string{"a.ts": "import Acme from '@acme/ai'\nconst c = new Acme({ baseURL: 'https://llm.inside.net/v1' })\nc('m1')\n"},
			[]string{"a.ts:3 model llm.inside.net m1"}},
		{"an address that is a file", map[string]string{"a.py": "import acme_ai\nacme_ai.C(base_url='notes.db')\n"}, []string{"a.py:2 model api.acme.example.net"}},
		{"a constant, and a text with holes", map[string]string{"a.py": "import acme_ai\nB = \"https://one.net\"\nacme_ai.C(base_url=f\"{B}/v1\")\nacme_ai.C(base_url=f\"https://{name}.two.net\")\n"},
			[]string{"a.py:3 model one.net", "a.py:4 model two.net"}},
		{"a variable of the environment", map[string]string{"a.py": "import os, acme_ai\nacme_ai.C(base_url=os.environ['U'])\nacme_ai.C(base_url=os.getenv('V', 'https://v.net'))\nacme_ai.C(base_url=os.getenv('W'))\n", ".env": "W=https://w.net\n"},
			[]string{"a.py:2 model ? the address comes from the variable U of the environment, which no env file sets", "a.py:3 model v.net", "a.py:4 model w.net"}},
		{"the library's own variable", map[string]string{"a.py": "import acme_ai\nacme_ai.C()\n", ".env": "ACME_URL=https://set.net/v1 # here\n"},
			[]string{".env:1 model set.net", "a.py:2 model set.net"}},
		{"services and regions", map[string]string{"a.py": "import clouds\nclouds.client('llm', region='eu-1')\nclouds.client('s3')\n", "b.go": "package b\n\nimport \"clouds.example.net/sdk/queue\"\n\nvar c = queue.New(queue.Options{Region: \"eu-2\"})\n"},
			[]string{"a.py:2 model llm-runtime.eu-1.clouds.net", "a.py:3 data s3.clouds.net", "b.go:5 data queue.eu-2.clouds.net"}},
		{"routed by the name of the model", map[string]string{"a.py": "import router\nrouter.completion(model='acme/m1')\nrouter.completion(model='omega-2')\nrouter.completion(model=x)\nrouter.completion(model='local/x')\n"},
			[]string{"a.py:2 model api.acme.example.net m1", "a.py:3 model api.other.net omega-2", "a.py:4 model ? the name of the model decides whom it leads to, and no literal says it", "a.py:5 model localhost x"}},
		{"weights", map[string]string{"a.py": "from weights import M\nM.from_pretrained('org/m')\nM.from_pretrained('./here')\n"},
			[]string{"a.py:2 registry hub.net org/m"}},
		{"literals", map[string]string{"a.py": "# https://api.other.net\n\"\"\"https://api.other.net\"\"\"\nX = \"https://docs.example.net\"\nY = 'https://api.other.net/v1'\nrequests.post('https://unknown.net/x', json={'model': 'omega-3'})\nhelp(link='https://pages.net')\n", "tests/test_a.py": "Y = 'https://api.other.net/v1'\n"},
			[]string{"a.py:4 model api.other.net", "a.py:5 data unknown.net", "a.py:5 model ? the client that is asked for the model omega-3 is made elsewhere omega-3"}},
		{"an address that the module is given", map[string]string{"a.py": "import acme_ai\nacme_ai.base_url = 'http://own.net/v1'\nacme_ai.C()\n"},
			[]string{"a.py:3 model own.net"}},
		{"an address of which a part is computed", map[string]string{"a.ts": "const u = `https://gate.net/${this.a}/v1/chat/completions`\nfetch(`${this.config.base}/v1/chat/completions`, {})\nfetch('/v1/chat/completions')\nfetch(`${this.config.base}/other`)\n"},
			[]string{"a.ts:1 model gate.net", "a.ts:2 model ? the address is decided at run time: {this.config.base}/v1/chat/completions"}},
		{"a constant that is given to what sends", map[string]string{"a.py": "from requests import get\nURL = 'https://list.net/manuf'\nLINK = 'https://page.net'\nget(URL, timeout=60)\nshow(LINK)\nget(f\"{URL}/x\", LINK and None)\nide.post('openUrl', LINK)\nPOSTED = 'https://posted.net'\nrequest('POST', POSTED)\n"},
			[]string{"a.py:4 data list.net", "a.py:9 data posted.net"}},
		{"tools of agents", map[string]string{".mcp.json": `{"mcpServers": {
"a": {"url": "https://mcp.one.net/x"},
"b": {"command": "npx", "args": ["-y", "tool-known@1.2"]},
"c": {"command": "uvx", "args": ["--from", "tool-new", "run-it"], "env": {"ACME_URL": "https://set.net"}},
"d": {"command": "npx", "args": ["tool-local"]},
"e": {"command": "docker", "args": ["run", "-i", "--rm", "-e", "KEY", "images.net/tool:1"]},
"f": {"url": "${TOOLS}"}}}`},
			[]string{".mcp.json:2 tool mcp.one.net", ".mcp.json:3 registry npm.registry.net", ".mcp.json:3 tool tools.net", ".mcp.json:4 registry pypi.registry.net", ".mcp.json:4 model set.net",
				".mcp.json:4 tool ? whom the tool server c (tool-new) calls is not known", ".mcp.json:6 registry images.net",
				".mcp.json:6 tool ? whom the tool server e (images.net/tool:1) calls is not known", ".mcp.json:7 tool ? the address comes from the variable TOOLS of the environment, which no env file sets"}},
		{"configuration", map[string]string{"litellm.yaml": "model_list:\n  - model_name: a\n    litellm_params:\n      model: acme/m1\n  - litellm_params: {model: acme/m2, api_base: 'https://own.net/v1'}\n", "app.toml": "[llm]\nbase_url = \"https://three.net/v1\"\n", "config/app.yaml": "llm: {endpoint: 'https://api.other.net/v1', docs: 'https://x.net'}\n"},
			[]string{"app.toml:2 model three.net", "config/app.yaml:1 model api.other.net", "litellm.yaml:4 model api.acme.example.net m1", "litellm.yaml:5 model own.net m2"}},
	} {
		got, f := read(t, c.files)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
		if len(f.Problems) > 0 {
			t.Errorf("%s: %v", c.name, f.Problems)
		}
	}
}

func TestSignals(t *testing.T) {
	_, f := read(t, map[string]string{"a.py": "import acme_ai\ndef triage(patient_id):\n    prompt = \"diagnosis of the patient\"\n    return acme_ai.ask(prompt)\n"})
	if len(f.Flows) != 1 || !strings.HasSuffix(f.Flows[0].Via, "; near it: diagnosis (health*), patient (health*)") {
		t.Errorf("%+v", f.Flows)
	}
}

func TestBroken(t *testing.T) {
	_, f := read(t, map[string]string{"a.py": "import acme_ai\nacme_ai.C(\n", ".mcp.json": "{"})
	if len(f.Problems) != 2 {
		t.Errorf("%+v", f.Problems)
	}
}

func FuzzRead(f *testing.F) {
	names := []string{"a.py", "a.ts", "a.go", "A.java", "a.kt", "A.cs", "a.rs", "a.vue", ".env", ".mcp.json", "litellm.yaml", "app.toml"}
	for i, s := range []string{"import acme_ai\nacme_ai.C(base_url=f\"{x}://{y}\")", "import A from '@acme/ai'; A({baseURL: `${x}`})", "import \"clouds.example.net/sdk/x\"", "A.b(\"://\")", "x(\"http://\")", "new X(\"https://[\");", "x(\"https://@\")",
		"<script>fetch('https://a.b')</script>", "A=http://", `{"mcpServers": {"a": {"command": "npx", "args": ["-y"]}}}`, "model_list: [{litellm_params: {model: /}}]", "base_url = \"://\""} {
		f.Add(byte(i), s)
	}
	f.Fuzz(func(t *testing.T, which byte, text string) {
		p := filepath.Join(t.TempDir(), names[int(which)%len(names)])
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		a, b := code.Read([]string{p}, options()), code.Read([]string{p}, options())
		if err := a.Check(); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(a.Flows, a.Problems) != fmt.Sprint(b.Flows, b.Problems) {
			t.Fatal("the same text gives other facts")
		}
		for _, fl := range a.Flows {
			if fl.Origin.Line < 1 || fl.To == "" && fl.Unknown == "" || fl.Purpose == "" || fl.From == "" {
				t.Fatalf("%+v", fl)
			}
		}
	})
}

// Of a notebook the lines are those of its file.
func TestNotebook(t *testing.T) {
	src := "{\"cells\": [{\"cell_type\": \"code\",\n\"source\": [\"import acme_ai\\n\",\n\"!pip install acme-ai\\n\",\n\"c = acme_ai.Client(model='omega-1')\"]}]}"
	got, f := read(t, map[string]string{"n/a.ipynb": src, "n/tests/b.ipynb": src, "n/.ipynb_checkpoints/a.ipynb": src})
	if want := []string{"n/a.ipynb:4 model api.acme.example.net omega-1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if len(f.Files) != 2 || !strings.Contains(f.Flows[0].Via, "a.ipynb:4") {
		t.Errorf("%v %+v", f.Files, f.Flows)
	}
}
