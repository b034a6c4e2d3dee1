package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"net"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// postgres is the log of PostgreSQL as csvlog or jsonlog, and what pgaudit
// writes into it.
// https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG
var postgres = &kind{
	name: "postgresql", source: "database", title: "PostgreSQL csvlog and jsonlog, with or without pgaudit",
	frame: postgresFrame, parse: postgresEvent, unique: true,
}

func postgresFrame(in *logs.Input, t *taker) error {
	if start := in.Begin(); len(start) > 0 && start[0] == '{' {
		return jsonValues()(in, t)
	}
	// A field in quotes may have ends of lines in it: a record is whole when
	// its quotes are even. One that was torn, by a full disk or a crash, never
	// is: the next that names a user ends it.
	quotes := 0
	return joined(rowBegins().Match, func(l []byte, first bool) bool {
		if first {
			quotes = 0
		}
		quotes += bytes.Count(l, []byte{'"'})
		return quotes%2 == 0
	})(in, t)
}

// rowBegins is how a line begins that no statement can have in it: there, each
// quote stands twice.
var rowBegins = lazy.Regexp(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [A-Z0-9+:-]+,"[^",]`)

// A row is what matters of a line of the log.
type row struct {
	time, user, database, from, severity, state, message, query, application string
}

func postgresEvent(l []byte, t *taker) error {
	var r row
	if l[0] == '{' {
		if !r.json(l) {
			return errCut
		}
	} else if err := r.csv(l); err != nil {
		return err
	}
	e := Event{When: postgresTime(r.time), Event: other, Result: unknown, Service: "postgresql", Actor: r.user, Client: r.application, Resource: r.database}
	if e.When.IsZero() {
		return errors.New("its time is none such as 2026-11-29 12:00:00.000 UTC")
	}
	e.Address = connectedFrom(r.from)
	e.postgres(&r)
	t.take(&e, l)
	return nil
}

func (r *row) json(l []byte) bool {
	var port string
	members := map[string]*string{
		"timestamp": &r.time, "user": &r.user, "dbname": &r.database, "remote_host": &r.from, "remote_port": &port, "error_severity": &r.severity,
		"state_code": &r.state, "message": &r.message, "statement": &r.query, "application_name": &r.application,
	}
	ok := logs.Members(l, func(n, val []byte) {
		if f := members[string(n)]; f != nil {
			*f = logs.Text(val)
		}
	})
	if port != "" {
		r.from += ":" + port
	}
	return ok
}

// connectedFrom is where a client is. The log puts the port behind an address
// of IPv6 without brackets, where it would be a part of it.
func connectedFrom(s string) string {
	if strings.HasPrefix(s, "[local]") {
		return ""
	}
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		return net.JoinHostPort(s[:i], s[i+1:])
	}
	return s
}

func (r *row) csv(l []byte) error {
	c := csv.NewReader(bytes.NewReader(l))
	f, err := c.Read()
	if err != nil {
		return errors.New("it is no whole line of a csvlog: " + csvReason(err))
	}
	if len(f) < 22 {
		return errors.New("a line of a csvlog has 22 columns or more: set log_destination to csvlog or jsonlog, other forms are not read")
	}
	*r = row{time: f[0], user: f[1], database: f[2], from: f[4], severity: f[11], state: f[12], message: f[13], query: f[19]}
	if len(f) > 22 {
		r.application = f[22]
	}
	return nil
}

// csvReason says what is wrong without the place, which is that in the record.
func csvReason(err error) string {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return "nothing stands in it"
}

func (e *Event) postgres(r *row) {
	audit, isAudit := strings.CutPrefix(r.message, "AUDIT: ")
	statement, result := statementOf(r.message)
	// The state counts, not the severity: that is in the language of the server.
	class := r.state[:min(len(r.state), 2)]
	wrong := class != "" && class != "00" && class != "01" && class != "02" || r.state == "" && (r.severity == "ERROR" || r.severity == "FATAL" || r.severity == "PANIC")
	switch {
	case class == "28": // invalid_authorization_specification, invalid_password
		e.Event, e.Result = login, denied
	case wrong:
		if r.query != "" {
			e.statement(r.query)
		}
		if e.Result = failed; r.state == "42501" {
			e.Result = denied
		}
	case isAudit && e.pgaudit(audit): // it writes when the rights were looked at
		e.Result = allowed
	case statement != "":
		e.statement(statement)
		e.Result = result
	case strings.HasPrefix(r.message, "connection authorized:"):
		e.Event, e.Result = login, allowed
	}
}

// statementOf is the statement that a message is about, and what came of it.
// log_statement writes before anything was done, and before rights are looked
// at; what has a duration was done.
func statementOf(message string) (sql, result string) {
	result = unknown
	if rest, ok := strings.CutPrefix(message, "duration: "); ok {
		_, message, _ = strings.Cut(rest, " ms  ")
		result = allowed
	}
	what, sql, ok := strings.Cut(message, ": ")
	switch word, _, _ := strings.Cut(what, " "); {
	case !ok:
	case what == "statement", word == "execute":
		return sql, result
	}
	return "", unknown
}

// pgaudit reads SESSION,1,1,READ,SELECT,TABLE,public.t,"select …",<not logged>.
func (e *Event) pgaudit(s string) bool {
	c := csv.NewReader(strings.NewReader(s))
	c.LazyQuotes = true
	f, err := c.Read()
	if err != nil || len(f) < 8 {
		return false
	}
	if e.statement(f[4]); e.Action == "" || f[4] == "COPY" {
		e.statement(f[7])
	}
	switch f[3] {
	case "READ":
		e.Event = access
		if e.Action != export {
			e.Action = query
		}
	case "WRITE":
		if e.Event != mutation {
			e.Event, e.Action = mutation, update
		}
	case "ROLE":
		e.Event, e.Action = policyChange, permit
	case "DDL":
		if e.Event == other {
			e.Event = mutation
		}
	}
	if f[6] != "" {
		e.Resource += "/" + f[6]
	}
	if n := len(f); n > 9 {
		e.Records, _ = logs.Number([]byte(f[n-1]))
	}
	return true
}
