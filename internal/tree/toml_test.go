package tree_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

const project = `# a comment
[project]
name = "x"
dependencies = [
  "a>=1", # one
  'b',
]
[tool.poetry]
group.dev.dependencies = {c = "1", d = {version = "2", optional = true}}
[[package]]
name = "p"
n = 3
[package.source]
url = "u"
[[package]]
name = "q"
`

func TestTOML(t *testing.T) {
	n, err := tree.TOML([]byte(project))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"project": map[string]any{"name": "x", "dependencies": []any{"a>=1", "b"}},
		"tool":    map[string]any{"poetry": map[string]any{"group": map[string]any{"dev": map[string]any{"dependencies": map[string]any{"c": "1", "d": map[string]any{"version": "2", "optional": true}}}}}},
		"package": []any{map[string]any{"name": "p", "n": 3.0, "source": map[string]any{"url": "u"}}, map[string]any{"name": "q"}},
	}
	if d := cmp.Diff(want, n.Plain()); d != "" {
		t.Error(d)
	}
	deps := n.Get("project", "dependencies").Items
	if deps[0].Line != 5 || deps[1].Line != 6 || n.Get("package").Items[1].Get("name").Line != 16 || n.Get("tool", "poetry", "group", "dev", "dependencies", "c").Line != 9 {
		t.Errorf("lines %d, %d, %d", deps[0].Line, deps[1].Line, n.Get("package").Items[1].Get("name").Line)
	}
	for _, bad := range []string{"a = ", "a = 1\n[a]\n", "[x\n", "a = 1\na.b = 2"} {
		if _, err := tree.TOML([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func FuzzTOML(f *testing.F) {
	f.Add([]byte(project))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := tree.TOML(src)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a message")
			}
			return
		}
		n.Plain()
		for _, rd := range n.Reader("f").Read("a.b") {
			if rd.Origin.Line == 0 {
				t.Error("a reading without a line")
			}
		}
	})
}
