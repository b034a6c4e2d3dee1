package others

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func isBorderlint(doc *tree.Node) bool {
	return isList(doc.Get("findings")) && doc.Get("regimes") != nil && doc.Get("references") != nil
}

// borderlintWords are what it says of its severities.
var borderlintWords = map[string]string{"ok": "allowed", "warn": "warned of", "fail": "denied"}

// readBorderlint takes every finding, as its SARIF does: each is a destination of
// data, also where its policy allows that or there was none. What a comment waives
// is not said.
func readBorderlint(doc *tree.Node) (out []finding.Said) {
	for _, f := range doc.Get("findings").Elements() {
		if f.Get("waiver").Str() != "" {
			continue
		}
		verdict := borderlintWords[f.Get("severity").Str()]
		if why := texts(f.Get("reasons")); len(why) > 0 {
			verdict += " (" + strings.Join(why, ", ") + ")"
		}
		out = append(out, finding.Said{Tool: "borderlint", Rule: f.Get("kind").Str(),
			Title:  words(f.Get("name").Str(), f.Get("evidence").Str(), "->", f.Get("jurisdiction").Str()+":", verdict),
			Origin: graph.Origin{File: clean(f.Get("file").Str()), Line: number(f.Get("line"))}})
	}
	return out
}
