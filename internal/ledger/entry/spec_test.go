package entry

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestSpec keeps docs/spec/ledger.md what the structs are.
func TestSpec(t *testing.T) {
	b, err := os.ReadFile("../../../docs/spec/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{"formats": formatTable(), "kinds": kindTables()} {
		if !strings.Contains(string(b), want) {
			t.Errorf("docs/spec/ledger.md lacks, under %s:\n%s", what, want)
		}
	}
}

func formatTable() string {
	var s strings.Builder
	s.WriteString("| format | as a regular expression |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(formats())) {
		fmt.Fprintf(&s, "| %s | `%s` |\n", name, strings.ReplaceAll(formats()[name].String(), "|", `\|`))
	}
	return s.String()
}

func kindTables() string {
	var s strings.Builder
	s.WriteString("| kind | fact | what |\n|---|---|---|\n")
	for _, kind := range Kinds() {
		facts := reflect.TypeOf(schemas[kind].make()).Elem()
		name := "`" + string(kind) + "`"
		for _, f := range fields(facts) {
			what := f.format
			if len(f.words) > 0 {
				what = "`" + strings.Join(f.words, "`, `") + "`"
			}
			if facts.Field(f.index).Type.Kind() == reflect.Slice {
				what += "; a list"
			}
			if f.required {
				what += "; required"
			}
			fmt.Fprintf(&s, "| %s | `%s` | %s |\n", name, f.name, what)
			name = ""
		}
		if sealed := kind.Sealable(); len(sealed) > 0 {
			fmt.Fprintf(&s, "| | sealed | `%s` |\n", strings.Join(sealed, "`, `"))
		}
	}
	return s.String()
}
