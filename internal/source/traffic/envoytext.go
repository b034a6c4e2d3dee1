package traffic

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// envoyText is the access log in the text that Istio writes by default, and in
// Envoy's own default, whose first operators are the same.
var envoyText = &medium{
	name: "an Envoy access log in text",
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { _, ok := envoyLine(string(l)); return ok })
	},
	read: func(u *unit) error {
		return u.lines(func(l []byte) verdict {
			e, ok := envoyLine(string(l))
			if !ok {
				if i := strings.IndexByte(string(l), '['); i >= 0 && i < 100 && strings.Contains(string(l), `HTTP/`) {
					return broken
				}
				return other // Envoy writes its own doings between them
			}
			u.add(e.record())
			return taken
		})
	},
}

// envoyLine reads one line of
//
//	[START] "METHOD PATH PROTOCOL" CODE FLAGS DETAILS TERMINATION "FAILURE" RECEIVED SENT DURATION SERVICE_TIME
//	"FORWARDED" "AGENT" "ID" "AUTHORITY" "UPSTREAM" CLUSTER UPSTREAM_LOCAL DOWNSTREAM_LOCAL DOWNSTREAM_REMOTE SNI ROUTE
//
// Envoy's own default ends after UPSTREAM and lacks DETAILS, TERMINATION and FAILURE,
// as Istio did before 1.6.
func envoyLine(l string) (e access, ok bool) {
	i := strings.IndexByte(l, '[')
	if i > 0 && !strings.HasSuffix(l[:i], " ") || i < 0 || i > 100 {
		return e, false
	}
	// A prefix of a container runtime or of kubectl may itself be in brackets.
	for strings.HasPrefix(l[i:], "[pod/") {
		j := strings.Index(l[i+1:], "[")
		if j < 0 {
			return e, false
		}
		i += 1 + j
	}
	start, rest, ok := strings.Cut(l[i+1:], "] ")
	if !ok || len(start) < 19 || logs.Moment(start).IsZero() {
		return e, false
	}
	f := logs.Fields(rest, 24)
	if len(f) < 11 || len(f[1]) != 3 && f[1] != "0" || !digits(f[1]) {
		return e, false
	}
	e.start, e.code, e.flags = start, f[1], f[2]
	f = f[3:]
	at := 0 // DETAILS TERMINATION "FAILURE" stand between, in older versions fewer of them
	for at < 4 && !(len(f) > at+2 && digits(f[at]) && digits(f[at+1]) && digits(f[at+2])) {
		at++
	}
	if at > 3 || len(f) < at+9 {
		return e, false
	}
	if at == 3 {
		e.details = f[0]
	}
	f = f[at:]
	e.received, e.sent, e.forwarded, e.authority, e.upstream = f[0], f[1], logs.Dash(f[4]), logs.Dash(f[7]), logs.Dash(f[8])
	if len(f) > 12 {
		e.cluster, e.own, e.local, e.remote = logs.Dash(f[9]), logs.Dash(f[10]), logs.Dash(f[11]), logs.Dash(f[12])
	}
	if len(f) > 13 {
		e.sni = logs.Dash(f[13])
	}
	if len(f) > 14 {
		e.route = f[14]
	}
	if e.flags == "-" {
		e.flags = ""
	}
	return e, true
}
