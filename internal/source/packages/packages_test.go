package packages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/packages"
)

// said is what was found: a line a package, and a line a flow.
func said(f *graph.Facts) []string {
	var out []string
	for _, p := range f.Packages {
		dev := ""
		if p.Dev {
			dev = " dev"
		}
		out = append(out, fmt.Sprintf("%d %s:%s %s%s", p.Origin.Line, p.Ecosystem, p.Name, p.Version, dev))
	}
	for _, x := range f.Flows {
		out = append(out, fmt.Sprintf("%d %s %s%s", x.Origin.Line, x.Purpose, x.To, x.Unknown))
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%d problem %s", p.Origin.Line, p.Message))
	}
	return out
}

var files = []struct {
	name, src string
	want      []string
}{
	{"requirements.txt", "# c\n-i https://u:p@py.example/simple\nopenai==1.2.3 # pinned\nRequests[socks]>=2,<3 ; python_version > \"3\"\nfoo == 1.0 \\\n  --hash=sha256:ab\n-r other.txt\n-e git+https://git.example/a/b.git#egg=b\nc @ https://files.example/c.whl\n./local\nd==1.*\n",
		[]string{"3 pypi:openai 1.2.3", "4 pypi:Requests ", "5 pypi:foo 1.0", "8 pypi:b ", "9 pypi:c ", "11 pypi:d ", "2 registry https://py.example", "8 source https://git.example", "9 source https://files.example"}},
	{"requirements/dev.txt", "pytest===8.0\n", []string{"1 pypi:pytest 8.0 dev"}},
	{"pyproject.toml", "[project]\ndependencies = [\n \"a==1.0\",\n 'b[x]>=2',\n]\n[project.optional-dependencies]\ntest = [\"c\"]\nllm = [\"d\"]\n[dependency-groups]\ndev = [\"e\", {include-group = \"x\"}]\n[tool.poetry.dependencies]\npython = \"^3\"\nf = \"^1\"\ng = {version = \"1.2.3\", extras = [\"x\"]}\nh = {path = \"../h\"}\n[tool.poetry.group.dev.dependencies]\ni = \"*\"\n[[tool.uv.index]]\nname = \"own\"\nurl = \"https://py.example/simple\"\n",
		[]string{"3 pypi:a 1.0", "4 pypi:b ", "7 pypi:c  dev", "8 pypi:d ", "10 pypi:e  dev", "13 pypi:f ", "14 pypi:g 1.2.3", "17 pypi:i  dev", "20 registry https://py.example"}},
	{"poetry.lock", "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[package.source]\ntype = \"legacy\"\nurl = \"https://py.example/simple\"\n[[package]]\nname = \"b\"\nversion = \"2\"\ncategory = \"dev\"\n", []string{"1 pypi:a 1.0", "7 pypi:b 2 dev", "1 registry https://py.example"}},
	{"uv.lock", "[[package]]\nname = \"own\"\nversion = \"0\"\nsource = { editable = \".\" }\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"https://py.example/simple\" }\n[[package]]\nname = \"g\"\nversion = \"1\"\nsource = { git = \"https://git.example/g?rev=1\" }\n", []string{"5 pypi:a 1", "9 pypi:g 1", "5 registry https://py.example", "9 source https://git.example"}},
	{"Pipfile.lock", `{"_meta": {"sources": [{"name": "x", "url": "https://py.example"}]},` + "\n" + `"default": {"a": {"version": "==1"}},` + "\n" + `"develop": {"b": {"version": "==2"}}}`, []string{"2 pypi:a 1", "3 pypi:b 2 dev", "1 registry https://py.example"}},
	{"environment.yml", "channels: [conda-forge, \"https://conda.example/x\"]\ndependencies:\n  - python=3.11\n  - numpy=1.26\n  - conda-forge::scipy>=1\n  - pip:\n    - openai==1\n", []string{"4 conda:numpy 1.26", "5 conda:scipy ", "7 pypi:openai 1", "1 registry https://conda.example"}},
	{"package.json", "{\"dependencies\": {\"a\": \"1.0.0\",\n\"b\": \"^2\", \"c\": \"npm:@x/real@3.0.0\", \"d\": \"file:../d\", \"e\": \"workspace:*\", \"g\": \"git+https://git.example/g\"},\n\"devDependencies\": {\"f\": \"1.2.3\"}}", []string{"1 npm:a 1.0.0", "2 npm:b ", "2 npm:@x/real 3.0.0", "2 npm:g ", "3 npm:f 1.2.3 dev", "2 source https://git.example"}},
	{"package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {\"\": {\"name\": \"own\"},\n\"node_modules/a\": {\"version\": \"1.0.0\", \"resolved\": \"https://npm.example/a.tgz\"},\n\"node_modules/a/node_modules/@s/b\": {\"version\": \"2.0.0\", \"dev\": true, \"resolved\": \"https://npm.example/b.tgz\"},\n\"node_modules/l\": {\"link\": true}}}", []string{"2 npm:a 1.0.0", "3 npm:@s/b 2.0.0 dev", "2 registry https://npm.example"}},
	{"npm-shrinkwrap.json", "{\"dependencies\": {\"a\": {\"version\": \"1.0.0\", \"dependencies\": {\"b\": {\"version\": \"2.0.0\"}}}}}", []string{"1 npm:a 1.0.0", "1 npm:b 2.0.0"}},
	{"yarn.lock", "# v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://npm.example/a.tgz#ab\"\n  dependencies:\n    version \"9\"\n\nb@2:\n  version \"2.0.0\"\n", []string{"3 npm:@s/a 1.2.0", "9 npm:b 2.0.0", "5 registry https://npm.example"}},
	{"berry/yarn.lock", "__metadata:\n  version: 6\n\n\"@s/a@npm:^1.0.0\":\n  version: 1.2.0\n  resolution: \"@s/a@npm:1.2.0\"\n\n\"own@workspace:.\":\n  version: 0.0.0-use.local\n", []string{"4 npm:@s/a 1.2.0"}},
	{"pnpm-lock.yaml", "lockfileVersion: 5\npackages:\n  /a/1.0.0:\n    dev: true\n  /@s/b@2.0.0(peer@1.0.0):\n    dev: false\n  c@3.0.0:\n    resolution: {integrity: x}\n", []string{"3 npm:a 1.0.0 dev", "5 npm:@s/b 2.0.0", "7 npm:c 3.0.0"}},
	{"go.mod", "module x\n\ngo 1.26\n\nrequire (\n\ta.example/b v1.0.0\n\tc.example/d v1.2.0 // indirect\n)\n\nreplace a.example/b => e.example/f v1.1.0\n", []string{"6 go:e.example/f v1.1.0", "7 go:c.example/d v1.2.0"}},
	{"pom.xml", "<project><properties><v>1.5</v></properties>\n<dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>m</artifactId><version>${v}</version></dependency></dependencies></dependencyManagement>\n<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></dependency>\n<dependency><groupId>g</groupId><artifactId>m</artifactId></dependency>\n<dependency><groupId>g</groupId><artifactId>t</artifactId><version>[1,2)</version><scope>test</scope></dependency></dependencies>\n<repositories><repository><url>https://mvn.example/m2</url></repository></repositories></project>", []string{"3 maven:g:a 1.5", "4 maven:g:m 1.5", "5 maven:g:t  dev", "6 registry https://mvn.example"}},
	{"build.gradle.kts", "repositories { maven { url = uri(\"https://mvn.example/x\") } }\ndependencies {\n  implementation(\"g:a:1.0\")\n  testImplementation 'g:t:2.+'\n  // api(\"g:no:1\")\n}\n", []string{"3 maven:g:a 1.0", "4 maven:g:t  dev", "1 registry https://mvn.example"}},
	{"gradle.lockfile", "# c\ng:a:1.0=compileClasspath,runtimeClasspath\ng:t:2=testCompileClasspath\nempty=\n", []string{"2 maven:g:a 1.0", "3 maven:g:t 2 dev"}},
	{"Cargo.toml", "[dependencies]\na = \"1\"\nb = { version = \"=2.0.0\", package = \"real\" }\nc = { path = \"../c\" }\n[dev-dependencies]\nd = \"1\"\n", []string{"2 cargo:a ", "3 cargo:real 2.0.0", "6 cargo:d  dev"}},
	{"Cargo.lock", "[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://crates.example/index\"\n", []string{"5 cargo:a 1.0.0", "5 registry https://crates.example"}},
	{"App.csproj", "<Project><ItemGroup>\n<PackageReference Include=\"A\" Version=\"1.0.0\" />\n<PackageReference Include=\"B\"><Version>2.*</Version></PackageReference></ItemGroup></Project>", []string{"2 nuget:A 1.0.0", "3 nuget:B "}},
	{"packages.lock.json", "{\"dependencies\": {\"net8.0\": {\"A\": {\"type\": \"Direct\", \"resolved\": \"1.0.0\"}, \"own\": {\"type\": \"Project\"}}}}", []string{"1 nuget:A 1.0.0"}},
	{"Gemfile.lock", "GEM\n  remote: https://gems.example/\n  specs:\n    a (1.0.0)\n      b (>= 1)\n    n (2.0.0-x86_64-linux)\n\nPATH\n  remote: .\n  specs:\n    own (0.1)\n", []string{"4 gem:a 1.0.0", "6 gem:n 2.0.0", "2 registry https://gems.example"}},
	{"Gemfile", "source 'https://gems.example'\ngem 'a', '1.0.0'\ngroup :development do\n  gem 'b'\nend\n", []string{"2 gem:a 1.0.0", "4 gem:b  dev", "1 registry https://gems.example"}},
	{".npmrc", "registry=https://npm.example/\n@a:registry=https://${HOST}/\n", []string{"1 registry https://npm.example", "2 registry it takes its address from ${HOST}"}},
}

func write(t testing.TB, name, src string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range files {
		name := "p/" + c.name
		write(t, name, c.src)
		if !packages.Match(name) {
			t.Errorf("%s is not read", name)
		}
		f := packages.Read([]string{name})
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		if got := said(&f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
	for _, other := range []string{"tsconfig.json", "notes.txt", "go.sum", "x.toml", "composer.lock"} {
		if packages.Match(other) {
			t.Errorf("%s is read", other)
		}
	}
}

// A lock file says more than the manifest beside it, and than those below it.
func TestLock(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "package.json", `{"dependencies": {"a": "^1", "only": "*"}}`)
	write(t, "sub/package.json", `{"dependencies": {"a": "^1"}}`)
	write(t, "package-lock.json", `{"packages": {"node_modules/a": {"version": "1.5.0"}}}`)
	want := []string{"1 npm:a 1.5.0", "1 npm:only "}
	for _, order := range [][]string{{"package.json", "package-lock.json", "sub/package.json"}, {"sub/package.json", "package-lock.json", "package.json"}} {
		f := packages.Read(order)
		if got := said(&f); !slices.Equal(got, want) {
			t.Errorf("%v: %v", order, got)
		}
	}
}

func TestBroken(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, src := range map[string]string{"pyproject.toml": "[x", "package.json": "{", "pnpm-lock.yaml": "a: [", "go.mod": "require (", "pom.xml": "<a>", "uv.lock": "a = ", "environment.yml": "\t- a"} {
		write(t, name, src)
		if f := packages.Read([]string{name}); len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "this is not valid") {
			t.Errorf("%s: %v", name, f.Problems)
		}
	}
	if f := packages.Read([]string{"gone/go.mod"}); len(f.Problems) != 1 {
		t.Error(f.Problems)
	}
}

// No file makes the source panic, every fact has an origin, and the same bytes
// give the same facts.
func FuzzRead(f *testing.F) {
	var names []string
	for i, c := range files {
		names = append(names, c.name)
		f.Add(byte(i), []byte(c.src))
	}
	f.Fuzz(func(t *testing.T, which byte, src []byte) {
		name := filepath.Join(t.TempDir(), filepath.Base(names[int(which)%len(names)]))
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		a, b := packages.Read([]string{name}), packages.Read([]string{name})
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Error(d)
		}
	})
}
