package notebook

import (
	"fmt"
	"strings"
	"testing"
)

const sample = `{
 "cells": [
  {"cell_type": "markdown", "source": ["# !pip install not-run"]},
  {"cell_type": "code", "outputs": [{"text": ["https://printed.example"]}],
   "source": [
    "import openai\n",
    "!pip install openai \\\n",
    "  tiktoken\n",
    "files = !ls {folder}\n",
    "%pip install -q langchain\n",
    "%env OPENAI_BASE_URL=https://llm.example/v1\n",
    "%time client = openai.OpenAI()\n",
    "%matplotlib inline\n",
    "client.chat?\n",
    "text = \"\"\"\n",
    "!curl https://not-run.example\n",
    "\"\"\"\n",
    "if a != b: pass"
   ]},
  {"cell_type": "code", "source": "%%bash\ncurl -O https://data.example/x.csv\necho done"},
  {"cell_type": "code", "source": ["%%writefile app.py\n", "import cohere"]},
  {"cell_type": "code", "source": ["%%html\n", "<script src='https://shown.example'>"]},
  {"cell_type": "code", "source": ["%%R\n", "library(httr)"]},
  {"cell_type": "code", "source": ["%%capture\n", "!apt-get install -y git"]}
 ],
 "metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "nbformat": 4
}`

func placed(t *Text) string {
	var b strings.Builder
	i := 0
	for l := range strings.Lines(t.Text) {
		i++
		if l = strings.TrimSpace(l); l != "" {
			fmt.Fprintf(&b, "%d %s\n", t.At(i), l)
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	nb, err := Read([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := placed(&nb.Program), `6 import openai
11 os.environ["OPENAI_BASE_URL"] = "https://llm.example/v1"
12 client = openai.OpenAI()
15 text = """
16 !curl https://not-run.example
17 """
18 if a != b: pass
21 import cohere
`; got != want {
		t.Errorf("the program is\n%s, want\n%s", got, want)
	}
	var scripts string
	for i := range nb.Scripts {
		scripts += placed(&nb.Scripts[i])
	}
	if want := `7 pip install openai \
8 tiktoken
9 ls ${folder}
10 pip install -q langchain
20 curl -O https://data.example/x.csv
20 echo done
24 apt-get install -y git
`; scripts != want {
		t.Errorf("the scripts are\n%s, want\n%s", scripts, want)
	}
	if len(nb.Unread) != 1 || nb.Unread[0].Line != 23 || !strings.Contains(nb.Unread[0].What, "%%R") {
		t.Errorf("not read: %v", nb.Unread)
	}
}

func TestLanguage(t *testing.T) {
	for src, want := range map[string]string{
		`{"cells": [], "metadata": {}}`:                                                                  "python",
		`{"cells": [], "metadata": {"kernelspec": {"name": "ir", "language": "R"}}}`:                     "r",
		`{"cells": [], "metadata": {"language_info": {"name": "julia"}}}`:                                "julia",
		`{"cells": [], "metadata": {"kernelspec": {"name": "conda-env-x-py"}}}`:                          "python",
		`{"worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": ["x = 1"]}]}]}`: "python",
	} {
		nb, err := Read([]byte(src))
		if err != nil || nb.Language != want {
			t.Errorf("%s is in %q, %v, want %q", src, nb.Language, err, want)
		}
	}
	for _, src := range []string{"", "{}", "[1", `{"metadata": 1}`} {
		if _, err := Read([]byte(src)); err == nil {
			t.Errorf("%q is taken for a notebook", src)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{sample, `{"cells": [{"cell_type": "code", "source": ["a", "b\n", 3, "%%", "!"]}]}`, `{"cells": {"cell_type": "code", "source": "%%script\n"}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		nb, err := Read(src)
		if err != nil {
			return
		}
		for _, x := range append(nb.Scripts, nb.Program) {
			if n := strings.Count(x.Text, "\n"); n != len(x.Lines) {
				t.Errorf("%d lines, and %d say where they stand", n, len(x.Lines))
			}
			for _, at := range x.Lines {
				if at < 1 {
					t.Errorf("a line stands on line %d", at)
				}
			}
		}
	})
}
