package ingest

import "strings"

// statement says what an SQL statement does, by the word that it begins with.
func (e *Event) statement(sql string) {
	w := statementWords(sql)
	at := func(i int) string {
		if i < len(w) {
			return w[i]
		}
		return ""
	}
	switch at(0) {
	case "select", "show", "explain", "table", "values", "with", "describe", "desc", "fetch", "analyze", "declare":
		e.Action = query
	case "insert", "load", "import":
		e.Action = create
	case "update", "merge", "replace", "refresh", "call", "lock":
		e.Action = update
	case "delete", "truncate", "drop":
		e.Action = remove
	case "create", "alter", "rename", "comment", "reindex", "cluster", "vacuum":
		if e.Action = update; at(0) == "create" {
			e.Action = create
		}
	case "copy":
		e.Action = create
		for _, x := range w {
			if x == "to" {
				e.Action = export
			}
		}
	case "backup", "export":
		e.Action = export
	case "grant", "revoke", "reassign":
		e.Action = permit
	default:
		e.Event, e.Action = other, "" // begin, commit, set
		return
	}
	if e.Event = eventOf(e.Action); e.Event == mutation && (at(1) == "user" || at(1) == "role" || at(1) == "policy") {
		e.Event, e.Action = policyChange, permit
	}
}

// statementWords are the first words, in small letters, without comments.
func statementWords(sql string) []string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n(;")
		if rest, ok := strings.CutPrefix(sql, "/*"); ok {
			_, sql, _ = strings.Cut(rest, "*/")
		} else if rest, ok := strings.CutPrefix(sql, "--"); ok {
			_, sql, _ = strings.Cut(rest, "\n")
		} else {
			break
		}
	}
	words := strings.FieldsFunc(strings.ToLower(sql[:min(len(sql), 400)]), func(r rune) bool { return r <= ' ' || r == '(' || r == ';' || r == ',' })
	return words[:min(len(words), 12)]
}
