package notebook

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

const sample = `{"cells": [
 {"cell_type": "code", "source": ["model = 'acme/m'\n",
  "!wget https://data.example/{model}.bin\n",
  "%pip install vllm==0.6\n",
  "!curl https://{host}/x"]},
 {"cell_type": "code", "source": ["%%julia\n", "x"]}
], "metadata": {"kernelspec": {"language": "python"}}}`

func in(t *testing.T, src string, o Options) graph.Facts {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.ipynb", []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	f := Read([]string{"a.ipynb"}, o)
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return f
}

func describe(f graph.Facts) string {
	var b strings.Builder
	for _, x := range f.Flows {
		fmt.Fprintf(&b, "%d %s -> %s %s %s\n", x.Origin.Line, x.From, x.To, x.Purpose, x.Unknown)
	}
	for _, p := range f.Packages {
		fmt.Fprintf(&b, "%d %s:%s %s\n", p.Origin.Line, p.Ecosystem, p.Name, p.Version)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "! %d %s\n", p.Origin.Line, p.Message)
	}
	return b.String()
}

func options() Options {
	return Options{Around: shell.Around{Hosts: map[string]string{"pypi": "packages.example"}, Python: func(string, int) []shell.Call {
		return []shell.Call{
			{Tool: "known.lib.fetch", Purpose: "registry", To: "hub.example", Line: 1},
			{Tool: "other.fetch", Purpose: "registry", To: "hub.example", Line: 1},
			{Tool: "requests.get", Purpose: "data", To: "https://called.example", Line: 1},
		}
	}}, Clients: func() []string { return []string{"known"} }}
}

func TestRead(t *testing.T) {
	got := describe(in(t, sample, options()))
	want := `2 a.ipynb -> hub.example registry 
3 a.ipynb -> https://data.example/acme/m.bin registry 
4 a.ipynb -> packages.example registry 
5 a.ipynb ->  data host is a value of the program that is not known here
4 pypi:vllm 0.6
! 6 a cell begins with %%julia, which is not read: look at what it calls and sends
`
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	got = describe(in(t, `{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}`, options()))
	if !strings.Contains(got, "the kernel r") {
		t.Errorf("of a notebook of R it says %q", got)
	}
	if got = describe(in(t, "{", options())); !strings.HasPrefix(got, "! ") {
		t.Errorf("of half a notebook it says %q", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{sample, "{}", `{"cells": [{"cell_type": "code", "source": "!pip install {x} $(curl"}]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if once, again := describe(in(t, src, options())), describe(in(t, src, options())); once != again {
			t.Errorf("read twice it is\n%s and\n%s", once, again)
		}
	})
}
