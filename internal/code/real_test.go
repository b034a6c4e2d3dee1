//go:build real

package code

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// oracle prints what CPython's own parser finds in the files named on stdin:
// imports, and calls with what is written as their arguments.
const oracle = `
import ast, json, re, sys
def letters(s): return re.sub('[^a-zA-Z0-9]', '', s)[:100]
def tail(f):
    return f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else ''
def head(f):
    while isinstance(f, (ast.Attribute, ast.Subscript)): f = f.value
    return f
for path in sys.stdin.read().split('\n'):
    try: tree = ast.parse(open(path, 'rb').read())
    except Exception: continue
    out = {'file': path, 'imports': [], 'calls': []}
    for n in ast.walk(tree):
        if isinstance(n, ast.Import):
            out['imports'] += [f'{a.name}||{a.asname or ""}' for a in n.names]
        elif isinstance(n, ast.ImportFrom):
            out['imports'] += [f'{"."*n.level}{n.module or ""}|{a.name}|{a.asname or (a.name if a.name != "*" else "")}' for a in n.names]
        elif isinstance(n, ast.Call):
            args = [letters(a.value) if isinstance(a, ast.Constant) and isinstance(a.value, str) else '' for a in n.args]
            kw = [(k.arg or '**') + '=' + (letters(k.value.value) if isinstance(k.value, ast.Constant) and isinstance(k.value.value, str) else '') for k in n.keywords]
            args = ['*' if isinstance(a, ast.Starred) else b for a, b in zip(n.args, args)]
            out['calls'].append([tail(n.func), args + kw])
    out['imports'].sort()
    print(json.dumps(out))
`

// TestRealCPython reads the files that come with the Python of this machine,
// and those below BAILIWICK_PYTHON, as CPython does: every fourth of them.
func TestRealCPython(t *testing.T) {
	dirs := append([]string{}, strings.Fields(os.Getenv("BAILIWICK_PYTHON"))...)
	out, err := exec.Command("python3", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
	if err != nil {
		t.Fatal(err)
	}
	dirs = append(dirs, strings.TrimSpace(string(out)))
	list, err := exec.Command("find", append(dirs, "-name", "*.py", "-size", "-2000k")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var some []string
	for i, f := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		if i%4 == 0 {
			some = append(some, f)
		}
	}
	cmd := exec.Command("python3", "-W", "ignore", "-c", oracle)
	cmd.Stdin = strings.NewReader(strings.Join(some, "\n"))
	cmd.Stderr = os.Stderr
	found, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var files, calls, wrong, imports, wrongImports, size int
	for dec := json.NewDecoder(bytes.NewReader(found)); dec.More(); files++ {
		var want struct {
			File    string
			Imports []string
			Calls   [][]any
		}
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(want.File)
		if err != nil {
			t.Fatal(err)
		}
		size += len(src)
		gotCalls, gotImports := asOracle(src)
		var wantCalls []string
		for _, c := range want.Calls {
			wantCalls = append(wantCalls, fmt.Sprint(c...))
		}
		calls += len(wantCalls)
		imports += len(want.Imports)
		if n := differ(wantCalls, gotCalls); n > 0 {
			if wrong += n; wrong < 60 {
				t.Logf("%s: calls: %v", want.File, onlyIn(wantCalls, gotCalls))
			}
		}
		if n := differ(want.Imports, gotImports); n > 0 {
			if wrongImports += n; wrongImports < 60 {
				t.Logf("%s: imports: %v", want.File, onlyIn(want.Imports, gotImports))
			}
		}
	}
	t.Logf("%d files, %d bytes: of %d calls %d differ, of %d imports %d", files, size, calls, wrong, imports, wrongImports)
	if files < 500 || wrong*1000 > calls || wrongImports*1000 > imports {
		t.Errorf("more than one in a thousand differs, or there were too few files")
	}
}

// asOracle is what this package finds, as the oracle prints it.
func asOracle(src []byte) (calls, imports []string) {
	l := &lexer{src: string(src), syn: syntaxes[LangPython], line: 1}
	l.run()
	p := &parser{lexer: l, file: &File{Language: LangPython}}
	p.parse()
	for i := range p.file.Calls {
		tail := ""
		if parts := p.sites[i].parts; len(parts) > 0 && parts[len(parts)-1] != "[]" {
			tail = parts[len(parts)-1]
		}
		args := []any{}
		var kw []any
		for j, a := range p.file.Calls[i].Args {
			text := ""
			if s := p.raw(i, j); s != nil {
				text = *s
			}
			switch a.Name {
			case "":
				args = append(args, text)
			case "*":
				args = append(args, "*")
			default:
				kw = append(kw, a.Name+"="+text)
			}
		}
		calls = append(calls, fmt.Sprint(tail, append(args, kw...)))
	}
	for _, im := range p.file.Imports {
		imports = append(imports, im.Path+"|"+im.Name+"|"+im.As)
	}
	return calls, imports
}

// raw are the letters of the text that an argument is written as.
func (p *parser) raw(call, arg int) *string {
	s := &p.sites[call]
	n, out := 0, (*string)(nil)
	p.split(s.open+1, min(s.close, len(p.tokens)), func(from, to int) {
		if n++; n-1 != arg {
			return
		}
		if p.is(from+1, "=") {
			from += 2
		}
		for i := from; i < to; i++ {
			if p.tokens[i].kind != tString && !(p.is(from, "(") && (i == from || i == to-1)) || bytesLiteral(p.src[p.tokens[i].pos:]) {
				return
			}
		}
		if v := p.eval(from, to, 0); v.Kind == String && !v.Open {
			text := letters(v.Text)
			out = &text
		}
	})
	return out
}

func bytesLiteral(s string) bool {
	at := strings.IndexAny(s, `"'`)
	return at > 0 && at < 3 && strings.ContainsAny(s[:at], "bB")
}

// differ counts what one list has and the other does not.
func differ(want, got []string) int { return len(onlyIn(want, got)) }

func onlyIn(want, got []string) []string {
	count := map[string]int{}
	for _, w := range want {
		count[w]++
	}
	for _, g := range got {
		count[g]--
	}
	var out []string
	for k, n := range count {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, k))
		}
	}
	slices.Sort(out)
	return out
}

func letters(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	return s[:min(len(s), 100)]
}
