package evidence

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Word is the shared word or the message of a key, without values.
func (b *Builder) Word(key string) string { return b.text(key, nil) }

// Counted is the message of a key that counts n things, as a part of a sentence.
func (b *Builder) Counted(key string, n int) string { return b.text(key, Values{"n": n}) }

// WordOf is the word of a value of a closed list, as in "kind.object-store". A value
// without one is an error of the program.
func WordOf[T ~string](b *Builder, list string, value T) string {
	return b.text(list+"."+string(value), nil)
}

// Country is the name of a country in the document's language.
func (b *Builder) Country(c graph.Country) string {
	if c == graph.Anywhere {
		return b.Word("anywhere")
	}
	region, err := language.ParseRegion(string(c))
	if err == nil {
		if name := display.Regions(b.words.tag).Name(region); name != "" {
			return name
		}
	}
	if r, ok := b.Case.KB.Country(c); ok {
		return r.Name
	}
	return string(c)
}

// Countries lists countries by name; of none it says that they are not known. All
// members of the EU, or of the EEA, are named together.
func (b *Builder) Countries(cs []graph.Country) string {
	if len(cs) == 0 {
		return b.Word("unknown")
	}
	var names []string
	if slices.Contains(cs, graph.Anywhere) {
		return b.Word("anywhere")
	}
	for _, bloc := range []string{"EEA", "EU"} {
		members, err := b.Case.KB.Expand(bloc, b.Case.At)
		if err != nil {
			b.fail(err)
			continue
		}
		if len(members) > 0 && !slices.ContainsFunc(members, func(m graph.Country) bool { return !slices.Contains(cs, m) }) {
			names = append(names, b.Word("bloc."+bloc))
			cs = slices.DeleteFunc(slices.Clone(cs), func(c graph.Country) bool { return slices.Contains(members, c) })
			break
		}
	}
	for _, c := range cs {
		names = append(names, b.Country(c))
	}
	return b.And(names)
}

// And lists texts as the language does: "a, b and c".
func (b *Builder) And(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " " + b.Word("and") + " " + list[n-1]
	}
}

// Day writes a day (YYYY-MM-DD) as the language does. What is no day stays as it is.
func (b *Builder) Day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	key := "day"
	if t.Day() == 1 {
		key = "day.first"
	}
	return b.text(key, Values{"day": fmt.Sprint(t.Day()), "month": b.Word(fmt.Sprintf("month.%d", t.Month())), "year": fmt.Sprint(t.Year())})
}

// Retention writes a time such as 10y.
func (b *Builder) Retention(s string) string {
	if s == "" {
		return ""
	}
	n := 0
	if _, err := fmt.Sscanf(s[:len(s)-1], "%d", &n); err != nil {
		return s
	}
	return b.text("retention."+s[len(s)-1:], Values{"n": n})
}

// Bytes writes an amount of data.
func (b *Builder) Bytes(n int64) string {
	units := []string{"", "k", "M", "G", "T"}
	f, u := float64(n), 0
	for f >= 999.5 && u < len(units)-1 {
		f, u = f/1000, u+1
	}
	out := fmt.Sprintf("%.1f", f)
	if f >= 100 || u == 0 {
		out = fmt.Sprintf("%.0f", f)
	}
	if b.words.tag != language.English {
		out = strings.Replace(out, ".", ",", 1)
	}
	return out + "\u00a0" + units[u] + b.Word("byte")
}

// RuleTitle is the title of a rule in the document's language. A rule of the user's
// has the one that he gave it, in whatever language that is.
func (b *Builder) RuleTitle(id graph.RuleID) string {
	if m, ok := b.words.messages["rule."+string(id)]; ok {
		return m.Other
	}
	for i := range b.Case.Result.Rules {
		if c := &b.Case.Result.Rules[i]; c.ID == id && c.Title != "" {
			return c.Title
		}
	}
	for i := range b.Case.Result.Findings {
		if f := &b.Case.Result.Findings[i]; f.Rule == id && f.Title != "" {
			return f.Title
		}
	}
	return string(id)
}

// Operator names an operator.
func (b *Builder) Operator(o *graph.Operator) string {
	switch {
	case o == nil:
		return b.Word("nobody")
	case o.Name != "":
		return o.Name
	case o.Entity != "":
		return string(o.Entity)
	}
	return b.Word("unknown")
}

// clause is an article with its paragraph and point, or an annex.
var clause = regexp.MustCompile(`^(?:Art\. (\d+[a-z]?)(?:\((\d+)\))?(?:\(([a-z])\))?|Annex ([IVX]+))$`)

// Cite names a clause as the document's language does: "Art. 28(3)(a) GDPR" becomes "Art. 28
// Abs. 3 lit. a DSGVO". Instruments without a name of their own in the language keep
// theirs, and what is no plain clause keeps its words.
func (b *Builder) Cite(r *kb.Requirement) string {
	key := "instrument." + r.Instrument
	_, place, _ := strings.Cut(r.Citation, ", ")
	m := clause.FindStringSubmatch(place)
	if _, ok := b.words.messages[key]; !ok || m == nil {
		return r.Citation
	}
	out := ""
	for i, part := range []string{"article", "paragraph", "point", "annex"} {
		if m[i+1] != "" {
			out += b.text("cite."+part, Values{part: m[i+1]})
		}
	}
	of := "cite.of"
	if m[2]+m[3] != "" {
		of = "cite.part_of"
	}
	return b.text(of, Values{"clause": out, "instrument": b.Word(key)})
}
