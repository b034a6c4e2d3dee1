package arm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"parameters": {"p": {"type": "string", "defaultValue": "[concat('a', parameters('p'))]"}}, "variables": {"v": "[variables('v')]"}, "resources": [{"type": "A.B/c", "name": "[format('{0}-{1}', parameters('p'), 'x')]", "location": "[resourceGroup().location]", "properties": {"x": "[if(equals(1, 1), createArray('a'), null())]"}, "copy": {"name": "c", "count": 2}}]}`,
		`{"resources": {"s": {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"template": {"resources": [{"type": "A.B/c/d", "name": "a/b"}], "outputs": {"o": {"value": "[reference('s').outputs.o.value]"}}}}}, "t": {"type": "A.B/c", "name": "[reference('s').outputs.o.value]", "condition": "[not(bool('x'))]"}}}`,
		`{"resources": [{"type": "A.B/c", "name": "[take(split('a,b', ',')[0], 9)]", "resources": [{"type": "d", "name": "e"}], "properties": {"copy": [{"name": "r", "count": 3, "input": "[copyIndex('r')]"}], "y": "[union(createObject('a', 1), json('{}'))]", "z": "[substring('abc', 5, -2)]"}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		Match("x.json", src)
		one, two := evaluate(src), evaluate(src)
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if saying(&one) != saying(&two) {
			t.Errorf("two readings differ: %s and %s", saying(&one), saying(&two))
		}
		seen := map[graph.Address]bool{}
		for _, a := range one.Assets {
			if seen[a.Address] {
				t.Errorf("the address %s stands twice", a.Address)
			}
			seen[a.Address] = true
		}
		for _, p := range one.Problems {
			if p.Origin.IsZero() || p.Message == "" || strings.Contains(p.Message, "\n") {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

func evaluate(src []byte) graph.Facts {
	r := &run{docs: map[string]*tree.Node{}}
	if doc := r.parse("x.json", src); doc != nil {
		d := r.deployment("x.json", doc, nil)
		d.root = "x.json"
		d.read()
	}
	return r.facts
}

func saying(f *graph.Facts) string {
	var b strings.Builder
	for _, a := range f.Assets {
		fmt.Fprintln(&b, a.Address, a.Type, a.Partial, a.Origin)
		for _, path := range []string{"name", "location", "properties.x", "properties.r", ""} {
			for _, rd := range a.Attrs.Read(path) {
				fmt.Fprintln(&b, path, rd.Value, rd.Unknown, rd.Refs, rd.Origin)
			}
		}
	}
	fmt.Fprintln(&b, f.Problems)
	return b.String()
}
