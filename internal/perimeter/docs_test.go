package perimeter

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every key of the types is in the documentation, and its examples are perimeters.
func TestDocumentation(t *testing.T) {
	raw, err := os.ReadFile("../../docs/spec/perimeter.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(raw)
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(ty reflect.Type) {
		for ty.Kind() == reflect.Pointer || ty.Kind() == reflect.Slice || ty.Kind() == reflect.Map {
			ty = ty.Elem()
		}
		if ty.Kind() != reflect.Struct || seen[ty] {
			return
		}
		seen[ty] = true
		fields, known := fieldsOf(ty)
		for _, k := range known {
			if !strings.Contains(doc, "`"+k+"`") && !strings.Contains(doc, "."+k+"`") && !strings.Contains(doc, " "+k+"\n") && !strings.Contains(doc, "# "+k) && !strings.Contains(doc, "`"+k+".") {
				t.Errorf("docs/spec/perimeter.md does not speak of %s.%s", ty.Name(), k)
			}
			visit(fields[k].Type)
		}
	}
	visit(reflect.TypeFor[Perimeter]())
	for field, words := range closed {
		for _, w := range words {
			if !strings.Contains(doc, "`"+w+"`") {
				t.Errorf("docs/spec/perimeter.md does not speak of %s: %s", field, w)
			}
		}
	}
	for _, name := range Presets() {
		if !strings.Contains(doc, "`"+name+"`") {
			t.Errorf("docs/spec/perimeter.md does not speak of the preset %s", name)
		}
	}
	n := 0
	for part := range strings.SplitSeq(doc, "```yaml\n") {
		src, _, ok := strings.Cut(part, "```")
		if !ok || !strings.HasPrefix(src, "apiVersion") {
			continue
		}
		n++
		if _, err := Parse("docs/spec/perimeter.md", []byte(src)); err != nil {
			t.Errorf("an example: %v", err)
		}
	}
	if n != 2 {
		t.Errorf("%d examples were read, want 2", n)
	}
}
