package evidence

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// Languages are those of documents, as BCP 47 writes them.
func Languages() []string { return []string{"en", "de", "fr"} }

// CheckLanguage refuses a language that there is not.
func CheckLanguage(tag string) error {
	if !slices.Contains(Languages(), tag) {
		return fmt.Errorf("there are no documents in %q; there are: %s", tag, strings.Join(Languages(), ", "))
	}
	return nil
}

//go:embed words/*.yaml
var shared embed.FS

// A message is one sentence or word of a language, with {names} in it. Where it
// counts something it has two forms.
type message struct {
	One, Other string
}

// UnmarshalYAML reads a message that is a text, or one of two forms.
func (m *message) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		if m.Other = n.Value; n.Tag != "!!str" {
			return fmt.Errorf("line %d: a message is no text: put %s into quotation marks", n.Line, n.Value)
		}
		return nil
	}
	var forms struct{ One, Other string }
	if err := n.Decode(&forms); err != nil || forms.One == "" || forms.Other == "" || len(n.Content) != 4 {
		return fmt.Errorf("line %d: a message is a text, or has the forms one and other", n.Line)
	}
	*m = message(forms)
	return nil
}

// A catalogue is the messages of one document in one language: its own before
// those that all share.
type catalogue struct {
	tag      language.Tag
	messages map[string]message
}

// newCatalogue reads LANGUAGE.yaml of own, and the shared words.
func newCatalogue(own fs.FS, tag string) (*catalogue, error) {
	if err := CheckLanguage(tag); err != nil {
		return nil, err
	}
	c := &catalogue{tag: language.MustParse(tag), messages: map[string]message{}}
	common, err := messagesOf(shared, "words/"+tag+".yaml")
	if err != nil {
		return nil, err
	}
	titles, err := titlesOf(tag)
	if err != nil {
		return nil, err
	}
	mine, err := messagesOf(own, tag+".yaml")
	if err != nil {
		return nil, err
	}
	maps.Copy(c.messages, common)
	maps.Copy(c.messages, titles)
	maps.Copy(c.messages, mine)
	return c, nil
}

// titlesOf are the titles of our rules, as messages "rule.ID". In English there are
// none: each rule says its own.
func titlesOf(tag string) (map[string]message, error) {
	if tag == Languages()[0] {
		return nil, nil
	}
	return messagesOf(shared, "words/rules."+tag+".yaml")
}

func messagesOf(fsys fs.FS, name string) (map[string]message, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("the messages are missing: %w", err)
	}
	var out map[string]message
	if err := yaml.Unmarshal(src, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for key, m := range out {
		if m.Other == "" {
			return nil, fmt.Errorf("%s: the message %q is empty", name, key)
		}
	}
	return out, nil
}

// Values fill the names of a message: texts, and the number n that it counts.
type Values map[string]any

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// text makes the text of a message. A message, or a value, that is missing is an
// error: no document is written with a hole in it.
func (c *catalogue) text(key string, v Values) (string, error) {
	m, ok := c.messages[key]
	if !ok {
		return "", fmt.Errorf("the message %q is missing in %s", key, c.tag)
	}
	form := m.Other
	if n, ok := v["n"].(int); ok && m.One != "" && c.single(n) {
		form = m.One
	}
	var missing []string
	used := map[string]bool{}
	out := placeholder.ReplaceAllStringFunc(form, func(p string) string {
		name := p[1 : len(p)-1]
		used[name] = true
		switch x := v[name].(type) {
		case string:
			if x != "" {
				return visible(x)
			}
		case int:
			return c.number(int64(x))
		case int64:
			return c.number(x)
		}
		missing = append(missing, name)
		return p
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("the message %q in %s has no value for %s", key, c.tag, strings.Join(missing, ", "))
	}
	for name := range v {
		if !used[name] && name != "n" {
			return "", fmt.Errorf("the message %q in %s does not say %s", key, c.tag, name)
		}
	}
	return out, nil
}

// single reports whether the language speaks of n things as of one (CLDR, plural
// rules of whole numbers).
func (c *catalogue) single(n int) bool { return n == 1 || n == 0 && c.tag == language.French }

// number writes a number with the language's separator of thousands.
func (c *catalogue) number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sep := map[language.Tag]string{language.English: ",", language.German: ".", language.French: "\u00a0"}[c.tag]
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return sign + digits
}

// CheckMessages reports where the languages of a document differ: a message that
// one does not have, or that names other values. Both forms of a message name the same,
// but for the number.
func CheckMessages(own fs.FS) error {
	names := map[string]map[string]string{} // by key and language: the names in it
	for _, tag := range Languages() {
		ms, err := messagesOf(own, tag+".yaml")
		if err != nil {
			return err
		}
		for key, m := range ms {
			if names[key] == nil {
				names[key] = map[string]string{}
			}
			names[key][tag] = strings.Join(namesIn(m.One+m.Other), " ")
			if err := m.check(); err != nil {
				return fmt.Errorf("the message %q in %s %w", key, tag, err)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		for _, tag := range Languages() {
			switch of, ok := names[key][tag]; {
			case !ok:
				return fmt.Errorf("the message %q is missing in %s", key, tag)
			case of != names[key][Languages()[0]]:
				return fmt.Errorf("the message %q speaks of %q in %s and of %q in %s", key, names[key][Languages()[0]], Languages()[0], of, tag)
			}
		}
	}
	return nil
}

// check refuses a brace that is no name of a value, and a form that does not name what
// the other one does: it would be found only when there is one of something.
func (m *message) check() error {
	if strings.ContainsAny(placeholder.ReplaceAllString(m.One+m.Other, ""), "{}") {
		return errors.New("has a brace that is no name of a value")
	}
	if m.One == "" {
		return nil
	}
	count := func(s string) bool { return s == "n" }
	one, other := slices.DeleteFunc(namesIn(m.One), count), slices.DeleteFunc(namesIn(m.Other), count)
	if !slices.Equal(one, other) {
		return fmt.Errorf("speaks of %q in one form and of %q in the other", one, other)
	}
	return nil
}

func namesIn(s string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Keys are the messages of a document, sorted.
func Keys(own fs.FS) []string {
	ms, err := messagesOf(own, Languages()[0]+".yaml")
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(ms))
}
