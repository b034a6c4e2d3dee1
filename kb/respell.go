package kb

import (
	"strings"
	"unicode"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Respell gives the keys of objects the spelling of the other language, so that
// paths within documents find them: words parted by underscores in Terraform, the
// first letter a capital in CloudFormation. Others have the same as ours.
func (l *Like) Respell(v any) any {
	switch l.Language {
	case "", "terraform":
		return respell(v, snakeKey)
	case "cloudformation":
		return respell(v, capitalKey)
	}
	return v
}

func respell(v any, key func(string) string) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = respell(e, key)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range sortedKeys(v) {
			out[key(k)] = respell(v[k], key)
		}
		return out
	case graph.Hole:
		return v
	}
	return v
}

// capitalKey changes words only, as snakeKey does.
func capitalKey(k string) string {
	if snakeKey(k) == k && strings.ContainsFunc(k, func(r rune) bool { return !unicode.IsLower(r) }) || k == "" {
		return k
	}
	return strings.ToUpper(k[:1]) + k[1:]
}

// snakeKey changes words in camel case only: names that somebody gave have
// other forms too.
func snakeKey(k string) string {
	for i, r := range k {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || i == 0 && !unicode.IsLower(r) {
			return k
		}
	}
	return snake(k)
}
