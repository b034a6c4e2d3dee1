package tfplan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func FuzzRead(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.*")
	if err != nil || len(seeds) < 4 {
		f.Fatalf("%d seeds: %v", len(seeds), err)
	}
	for _, s := range seeds {
		src, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(`{"format_version":"1","configuration":{"root_module":{"resources":[{"address":"a.b","expressions":{"x":{"references":["module.m.o"]}}}],"module_calls":{"m":{"expressions":{"v":{"references":["module.m.o"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}}}},"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"x":null},"after_unknown":{"x":true}}}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		Match("x.json", src)
		var facts, again graph.Facts
		parse("x.json", tree.Decode(src), &facts)
		parse("x.json", tree.Decode(src), &again)
		if len(facts.Assets) != len(again.Assets) || len(facts.Problems) != len(again.Problems) {
			t.Fatal("two readings differ")
		}
		for _, p := range facts.Problems {
			if p.Origin.IsZero() || p.Message == "" || strings.Contains(p.Message, "\n") {
				t.Errorf("problem %+v", p)
			}
		}
		for i, a := range facts.Assets {
			if a.Address == "" || a.Type == "" || a.Origin.Line == 0 || a.Attrs == nil || a.Address != again.Assets[i].Address {
				t.Errorf("asset %+v", a)
			}
			for _, path := range []string{"x", "bucket", "rule.bucket", "tags.team.name", "input.region", "region"} {
				one, two := a.Attrs.Read(path), again.Assets[i].Attrs.Read(path)
				if say(one) != say(two) {
					t.Errorf("%s: %s, then %s", path, say(one), say(two))
				}
				for _, r := range one {
					if r.Origin.Line == 0 || r.Unknown != "" && r.Value != nil {
						t.Errorf("reading %+v", r)
					}
				}
				if a.Provider != nil {
					a.Provider.Attrs.Read(path)
				}
			}
		}
	})
}
