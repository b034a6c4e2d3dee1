package resolve

import (
	"fmt"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A path through a document of which a part is not known: what does not depend
// on the hole is answered, what may depend on it is the hole.
func TestWalkWithHoles(t *testing.T) {
	hole := graph.Hole{Unknown: "nobody knows"}
	statement := func(effect, who any, more ...any) map[string]any {
		m := map[string]any{"Effect": effect, "Principal": who, "Resource": hole}
		if len(more) > 0 {
			m["Condition"] = more[0]
		}
		return m
	}
	doc := func(statements ...any) any { return map[string]any{"Statement": statements} }
	const path = "Statement[Effect=Allow][!Condition].Principal"
	for name, c := range map[string]struct {
		doc  any
		path string
		want string
	}{
		"known where it matters":     {doc(statement("Allow", "*")), path, "[*]"},
		"dropped for sure":           {doc(statement("Deny", hole)), path, "[]"},
		"the effect is not known":    {doc(statement(hole, "*")), path, "[{nobody knows []}]"},
		"the principal is not known": {doc(statement("Allow", hole)), path, "[{nobody knows []}]"},
		"one of several":             {doc(statement("Allow", "*"), statement("Allow", hole)), path, "[* {nobody knows []}]"},
		"the condition is not known": {doc(statement("Allow", "*", hole)), path, "[{nobody knows []}]"},
		"no condition is written":    {doc(statement("Allow", "*", nil)), path, "[*]"},
		"the statements are unknown": {map[string]any{"Statement": hole}, path, "[{nobody knows []}]"},
		"one element of a list":      {doc(statement(hole, "*"), statement("Deny", "*")), "Statement[Principal=x]", "[]"},
		"among the elements":         {doc(statement([]any{"Deny", hole}, "*")), "Statement[Effect=Allow].Principal", "[{nobody knows []}]"},
		"conditions on the value":    {[]any{statement("Allow", "*"), statement("Deny", "x")}, "[Effect=Allow].Principal", "[*]"},
		"a key that any may be":      {map[string]any{"Condition": map[string]any{"a": hole}}, "Condition.*.k", "[{nobody knows []}]"},
	} {
		if got := fmt.Sprint(walk([]any{c.doc}, documentPath(c.path))); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
