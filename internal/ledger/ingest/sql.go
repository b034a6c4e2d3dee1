package ingest

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
)

// maxStatement is how much of a statement is looked at.
const maxStatement = 64 << 10

var (
	// Behind WITH, what alters data begins behind a parenthesis.
	sqlAlters = lazy.Regexp(`(?i)[()]\s*(insert|update|delete|merge)\s`)
	// COPY of a query, or of a table with or without its columns.
	sqlCopy = lazy.Regexp(`(?is)^copy\s*(?:(\()|(?:binary\s+)?(?:"[^"]*"|[^\s"(])+\s*(?:\([^)]*\))?\s*(to|from)\b)`)
	// Files on the server: MySQL has no other word for it.
	sqlOutfile = lazy.Regexp(`(?i)\sinto\s+(?:outfile|dumpfile)\s`)
)

// statement says what an SQL statement does, by the word that it begins with.
func (e *Event) statement(sql string) {
	sql = withoutComments(sql[:min(len(sql), maxStatement)])
	w := statementWords(sql)
	at := func(i int) string {
		if i < len(w) {
			return w[i]
		}
		return ""
	}
	verb := at(0)
	switch m := sqlAlters().FindStringSubmatch(sql); {
	case verb == "with" && m != nil:
		verb = strings.ToLower(m[1])
	case verb == "explain" && (slices.Contains(w, "analyze") || slices.Contains(w, "analyse")): // it is run
		if i := slices.IndexFunc(w, func(x string) bool { return alters[x] }); i > 0 {
			verb = w[i]
		}
	}
	if e.Action = sqlVerbs[verb]; e.Action == "" {
		e.Event = other // begin, commit, set
	}
	switch {
	case verb == "copy":
		e.Action = create
		if m := sqlCopy().FindStringSubmatch(sql); m != nil && (m[1] != "" || strings.EqualFold(m[2], "to")) {
			e.Action = export
		}
	case e.Action == query && sqlOutfile().MatchString(sql):
		e.Action = export
	case verb == "set" && at(1) == "password":
		e.Action = permit
	case e.Action == "":
		return
	}
	if e.Event = eventOf(e.Action); e.Event == mutation && permits(at(1), at(2)) {
		e.Event, e.Action = policyChange, permit
	}
}

var alters = words("insert update delete merge")

var sqlVerbs = map[string]string{
	"select": query, "show": query, "explain": query, "table": query, "values": query, "with": query, "describe": query, "desc": query, "fetch": query, "analyze": query, "declare": query, "find": query,
	"insert": create, "load": create, "import": create, "create": create,
	"update": update, "merge": update, "replace": update, "refresh": update, "call": update, "lock": update,
	"alter": update, "rename": update, "comment": update, "reindex": update, "cluster": update, "vacuum": update,
	"delete": remove, "truncate": remove, "drop": remove,
	"backup": export, "export": export,
	"grant": permit, "revoke": permit, "reassign": permit,
}

// permits reports whether what is created, altered or dropped says who may do what.
func permits(noun, next string) bool {
	return noun == "user" || noun == "role" || noun == "group" || noun == "policy" || noun == "default" && next == "privileges"
}

// withoutComments takes off what stands before the statement.
func withoutComments(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n(;")
		if rest, ok := strings.CutPrefix(sql, "/*"); ok {
			_, sql, _ = strings.Cut(rest, "*/")
		} else if rest, ok := strings.CutPrefix(sql, "--"); ok {
			_, sql, _ = strings.Cut(rest, "\n")
		} else {
			return sql
		}
	}
}

// statementWords are the first words, in small letters.
func statementWords(sql string) []string {
	words := strings.FieldsFunc(strings.ToLower(sql[:min(len(sql), 400)]), func(r rune) bool { return r <= ' ' || r == '(' || r == ')' || r == ';' || r == ',' })
	return words[:min(len(words), 12)]
}
