package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// mysql is the general log of MySQL and MariaDB, the audit file of MariaDB
// (server_audit), and the JSON of the audit logs of MySQL Enterprise and Percona.
var mysql = &kind{
	name: "mysql", source: "database", title: "MySQL and MariaDB: general log, server_audit, JSON of audit logs",
	frame: mysqlFrame, parse: mysqlEvent,
}

var (
	serverAuditLine = lazy.Regexp(`^(?:\d{8} \d\d:\d\d:\d\d|\d{16}),`)
	generalLine     = lazy.Regexp(`^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.0-9]*(?:Z|[+-]\d\d:\d\d)\s+|\d{6} {1,2}\d{1,2}:\d\d:\d\d\t|\t\t)\s*(\d+) ([A-Z][a-z]+(?: [A-Za-z]+)?)\t?`)
	connectedAs     = lazy.Regexp(`^(.*)@(\S*) (?:as \S* )?on(?: |$)`)
	accessDenied    = lazy.Regexp(`^Access denied for user '(.*)'@'([^']*)'`)
	headerLine      = lazy.Regexp(`^(?:\S+, Version: |Tcp port: |Time\s+Id\s+Command)`)
)

func mysqlFrame(in *logs.Input, t *taker) error {
	if start := in.Begin(); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return jsonValues()(in, t)
	}
	return joined(func(l []byte) bool {
		return serverAuditLine().Match(l) || generalLine().Match(l) || headerLine().Match(l)
	}, nil)(in, t)
}

func mysqlEvent(l []byte, t *taker) error {
	switch {
	case l[0] == '{':
		return mysqlJSON(l, t)
	case serverAuditLine().Match(l):
		return serverAudit(l, t)
	case headerLine().Match(l):
		return t.pass("the head of a general log")
	}
	m := generalLine().FindSubmatchIndex(l)
	if m == nil {
		return errors.New("it is neither of a general log, of server_audit nor of an audit log as JSON")
	}
	e := Event{When: generalTime(string(l[:m[2]]), t.options.Zone), Event: other, Result: unknown, Service: "mysql"}
	if e.When.IsZero() {
		// A line of the same second has no time of its own: others in other
		// seconds read the same.
		if e.When = t.clock; e.When.IsZero() {
			return errors.New("it has no time, and none stands before it")
		}
		e.apart = e.When.Format(time.RFC3339)
	}
	t.clock = e.When
	id, command, argument := string(l[m[2]:m[3]]), string(l[m[4]:m[5]]), string(l[m[1]:])
	switch command {
	case "Connect", "Change user":
		// It is written before it is known what comes of it, so that who tries
		// is seen; a line of its own says when it was denied.
		e.Event = login
		if m := accessDenied().FindStringSubmatch(argument); m != nil {
			e.Result = denied
			t.session(id, m[1]+"@"+m[2])
		} else if m := connectedAs().FindStringSubmatch(argument); m != nil {
			t.session(id, m[1]+"@"+m[2])
		} else {
			t.session(id, "") // a name that is not understood is not that of the connection before
		}
	case "Query", "Execute", "Prepare":
		e.statement(argument)
	case "Init DB", "Field List":
		e.Resource = argument
	}
	e.account(t.sessions[id])
	if command == "Quit" {
		delete(t.sessions, id)
	}
	t.take(&e, l)
	return nil
}

// account takes user@host apart: a person has one name, whatever she comes from.
func (e *Event) account(name string) {
	if i := strings.LastIndexByte(name, '@'); i >= 0 {
		e.Actor, e.Address = name[:i], name[i+1:]
		return
	}
	e.Actor = name
}

// session notes who a connection is of; a general log says it once.
func (t *taker) session(id, who string) {
	if t.sessions == nil || len(t.sessions) > 100_000 {
		t.sessions = map[string]string{}
	}
	t.sessions[id] = who
}

func generalTime(s string, zone *time.Location) time.Time {
	s = strings.TrimSpace(s)
	if len(s) > 10 && s[4] == '-' {
		return logs.Moment(s)
	}
	at, err := time.ParseInLocation("060102 15:04:05", strings.Join(strings.Fields(s), " "), zone)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// serverAudit reads a line of MariaDB's plugin:
//
//	20261129 12:00:00,server,user,host,connection,query,operation,database,'object',code
//
// Amazon adds how the client was connected, and Aurora writes microseconds.
func serverAudit(l []byte, t *taker) error {
	f := strings.SplitN(string(l), ",", 9)
	if len(f) < 9 {
		return errors.New("a line of server_audit has ten columns")
	}
	object, tail, ok := strings.Cut(f[8], ",")
	if f[8] != "" && f[8][0] == '\'' {
		object, tail, ok = cutLast(f[8][1:], "',")
	}
	if !ok {
		return errors.New("a line of server_audit has ten columns")
	}
	code, _, _ := strings.Cut(strings.TrimSpace(tail), ",")
	at := logs.Moment(f[0])
	if at.IsZero() {
		var err error
		if at, err = time.ParseInLocation("20060102 15:04:05", f[0], t.options.Zone); err != nil {
			return errors.New("its time is none")
		}
	}
	e := Event{When: at.UTC(), Event: other, Service: "mysql", Actor: strings.TrimSpace(f[2]), Address: strings.TrimSpace(f[3]), Result: allowed, Resource: f[7]}
	if code != "" {
		e.Result = mysqlStatus([]byte(code))
	}
	switch f[6] {
	case "CONNECT":
		e.Event = login
	case "FAILED_CONNECT": // a connection that is closed at once is one too
		e.Event = login
		if code == "" {
			e.Result = denied
		}
	case "QUERY", "QUERY_DDL", "QUERY_DML", "QUERY_DCL", "QUERY_DML_NO_SELECT":
		e.statement(object)
	case "READ":
		e.Event, e.Action, e.Resource = access, query, f[7]+"/"+object
	case "WRITE":
		e.Event, e.Action, e.Resource = mutation, update, f[7]+"/"+object
	case "CREATE", "ALTER", "RENAME", "DROP":
		e.Event, e.Action, e.Resource = mutation, cmp.Or(map[string]string{"CREATE": create, "DROP": remove}[f[6]], update), f[7]+"/"+object
	}
	t.take(&e, l)
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// mysqlJSON reads a record of MySQL Enterprise or of Percona.
func mysqlJSON(l []byte, t *taker) error {
	if !logs.Members(l, func(_, _ []byte) {}) {
		return errCut
	}
	if inner := logs.Get(l, "audit_record"); inner != nil {
		return perconaRecord(inner, l, t)
	}
	e := Event{When: logs.Moment(timeT(logs.Text(logs.Get(l, "timestamp")))), Event: other, Result: unknown, Service: "mysql"}
	class, event := logs.Text(logs.Get(l, "class")), logs.Text(logs.Get(l, "event"))
	if e.When.IsZero() || class == "" {
		return errors.New("a record has timestamp and class")
	}
	e.Actor = cmp.Or(logs.Text(logs.Get(l, "account", "user")), logs.Text(logs.Get(l, "login", "user")))
	e.Address = logs.Text(logs.Get(l, "login", "ip"))
	switch class {
	case "connection":
		if event == "connect" {
			e.Event = login
			e.Result = mysqlStatus(logs.Get(l, "connection_data", "status"))
		}
		e.Resource = logs.Text(logs.Get(l, "connection_data", "db"))
	case "general":
		e.statement(cmp.Or(logs.Text(logs.Get(l, "general_data", "query")), strings.ReplaceAll(logs.Text(logs.Get(l, "general_data", "sql_command")), "_", " ")))
		e.Result = mysqlStatus(logs.Get(l, "general_data", "status"))
	case "query": // of Percona's filter, which writes one when it begins and one with what came of it
		data := logs.Get(l, "query_data")
		e.statement(cmp.Or(logs.Text(logs.Get(data, "query")), strings.ReplaceAll(logs.Text(logs.Get(data, "sql_command")), "_", " ")))
		if strings.HasSuffix(event, "status_end") {
			e.Result = mysqlStatus(logs.Get(data, "status"))
		}
	case "table_access":
		e.Event, e.Action = access, query
		if event != "read" {
			e.Event, e.Action = mutation, cmp.Or(map[string]string{"insert": create, "delete": remove}[event], update)
		}
		e.Resource, e.Result = logs.Text(logs.Get(l, "table_access_data", "db"))+"/"+logs.Text(logs.Get(l, "table_access_data", "table")), allowed
	}
	t.take(&e, l)
	return nil
}

func perconaRecord(v, l []byte, t *taker) error {
	e := Event{When: logs.Moment(timeT(logs.Text(logs.Get(v, "timestamp")))), Event: other, Result: unknown, Service: "mysql"}
	name := logs.Text(logs.Get(v, "name"))
	if e.When.IsZero() || name == "" {
		return errors.New("an audit_record has name and timestamp")
	}
	e.Actor, _, _ = strings.Cut(logs.Text(logs.Get(v, "user")), "[")
	e.Address, e.Resource = logs.Text(logs.Get(v, "ip")), logs.Text(logs.Get(v, "db"))
	switch name {
	case "Connect":
		e.Event, e.Result = login, mysqlStatus(logs.Get(v, "status"))
	case "Query", "Execute", "Prepare":
		e.statement(cmp.Or(logs.Text(logs.Get(v, "sqltext")), strings.ReplaceAll(logs.Text(logs.Get(v, "command_class")), "_", " ")))
		e.Result = mysqlStatus(logs.Get(v, "status"))
	}
	t.take(&e, l)
	return nil
}

// mysqlDenials are the errors for want of rights: of a database, a user (1045,
// 1698), a host (1130), a table, a column, a routine, and of what only some may do.
var mysqlDenials = map[int64]bool{1044: true, 1045: true, 1130: true, 1142: true, 1143: true, 1227: true, 1370: true, 1698: true}

// mysqlStatus is what the number of an error says.
func mysqlStatus(v []byte) string {
	code, ok := logs.Number(v)
	switch {
	case !ok:
		return unknown
	case code == 0:
		return allowed
	case mysqlDenials[code]:
		return denied
	}
	return failed
}

// timeT writes a time with a blank as one of RFC 3339.
func timeT(s string) string {
	b := []byte(strings.TrimSuffix(s, " UTC"))
	if len(b) > 18 && b[10] == ' ' {
		b[10] = 'T'
	}
	if bytes.IndexByte(b, 'Z') < 0 && len(b) == 19 {
		b = append(b, 'Z')
	}
	return string(b)
}
