package oscal

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// ids are the identifiers of a case: UUIDs of version 5, so that the same case has
// the same ones. Those of a subject stay when other things change, that of a
// document changes with anything in it.
type ids struct {
	space  uuid.UUID // by the perimeter's name
	digest string    // of all that a document is made from
}

func newIDs(c *evidence.Case, language string) (ids, error) {
	sum, err := c.Sum()
	return ids{uuid.NewSHA1(uuid.NameSpaceURL, []byte(namespace+"#"+c.Perimeter.Metadata.Name)), strings.Join([]string{string(sum), language, c.Version}, "\x00")}, err
}

// id is that of a thing: its kind, and what names it within the kind.
func (i ids) id(parts ...string) string {
	return uuid.NewSHA1(i.space, []byte(strings.Join(parts, "\x00"))).String()
}

// document is the id of a document.
func (i ids) document(name string) string {
	return i.id("document", name, i.digest)
}

// line makes one line of a text, as titles and the values of properties are.
func line(s string) string {
	if !strings.Contains(s, "  ") && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }) {
		return s // as most are
	}
	return strings.Join(strings.Fields(s), " ")
}

// mail is what OSCAL takes for an address of e-mail.
var mail = regexp.MustCompile(`^\S+@\S+$`)

// props are properties of our namespace, of names and values in turn. A property
// without a value is left out.
func props(pairs ...string) []property {
	var out []property
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := line(pairs[i+1]); v != "" {
			out = append(out, property{Name: pairs[i], NS: namespace, Value: v})
		}
	}
	return out
}

// each is a property for every value.
func each[T ~string](name string, values []T) []property {
	var out []property
	for _, v := range values {
		out = append(out, props(name, string(v))...)
	}
	return out
}

// bullets are texts as OSCAL lists them in its Markdown.
func bullets(texts []string) string {
	var out []string
	for _, t := range texts {
		if t = plain(t); t != "" {
			out = append(out, "* "+t)
		}
	}
	return strings.Join(out, "\n")
}

// markup are the signs that OSCAL's Markdown takes for something else.
var markup = strings.NewReplacer(`\`, `\\`, "*", `\*`, "`", "\\`", "[", `\[`, "]", `\]`, "^", `\^`, "~", `\~`, "{{", `\{\{`, "<", "&lt;")

// plain is a text that nothing in OSCAL's Markdown changes.
func plain(s string) string {
	if s = line(s); !strings.ContainsAny(s, "\\*`[]^~{<") {
		return s
	}
	return markup.Replace(s)
}

// sentence is a text of a rule or a file as one sentence among others.
func sentence(s string) string {
	if s = plain(s); s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// origins are those of a statement.
func origins(sources []evidence.Source) []property {
	var out []property
	for _, s := range sources {
		out = append(out, props("origin", s.At)...)
	}
	return out
}

// untoken is what a token of OSCAL does not hold.
var untoken = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// token is an id as OSCAL writes it: rules of the user's own may spell theirs otherwise.
func token(id string) string {
	id = untoken.ReplaceAllString(id, "_")
	if id == "" || !strings.ContainsAny(id[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") {
		id = "_" + id
	}
	return id
}
