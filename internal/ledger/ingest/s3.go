package ingest

import (
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// s3Access is the server access log of S3 and of what speaks like it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
var s3Access = &kind{
	name: "s3", source: "s3-access", title: "S3 server access logs",
	frame: textLines, parse: s3Event, unique: true,
}

var errS3 = errors.New("a line of an S3 access log is: owner bucket [time] address requester id operation key \"request\" status …")

// s3Line is a line from the address on. S3 escapes nothing, so that who asks
// can write a quote into the request, the referer and the program: the request
// ends where its version of HTTP does and a status follows.
var s3Line = lazy.Regexp(`^ (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|"-"|".*? HTTP/[0-9.]+"|"[^"]*") ([0-9]{3}|-) \S+(.*)$`)

func s3Event(l []byte, t *taker) error {
	s := string(l)
	open := strings.IndexByte(s, '[')
	end := strings.IndexByte(s, ']')
	if open < 3 || end < open+20 {
		return errS3
	}
	before, f := logs.Fields(s[:open], 3), s3Line().FindStringSubmatch(s[end+1:])
	if len(before) != 2 || f == nil {
		return errS3
	}
	e := Event{When: logs.Moment(s[open+1 : end]), Service: "s3"}
	if e.When.IsZero() {
		return errors.New("its time is none such as [29/Nov/2026:12:00:00 +0000]")
	}
	e.Address, e.Actor = logs.Dash(f[1]), logs.Dash(f[2])
	op := strings.Split(f[4], ".")
	if len(op) < 3 {
		return errors.New("its operation is none such as REST.GET.OBJECT")
	}
	if e.Resource = before[1]; logs.Dash(f[5]) != "" {
		e.Resource += "/" + f[5]
	}
	e.s3What(op)
	code, ok := logs.Number([]byte(f[6]))
	if e.Result = byStatus(code); !ok && op[0] == "S3" {
		e.Result = allowed // what S3 does by itself has no status
	}
	if rest := logs.Fields(f[7], 6); len(rest) == 6 {
		e.Client = logs.Dash(rest[5])
	}
	t.take(&e, l)
	return nil
}

// s3What takes REST.GET.OBJECT apart, where the second word is an HTTP method
// or what S3 does by itself.
func (e *Event) s3What(op []string) {
	verb, noun := op[1], op[2]
	e.Action = byMethod(verb)
	switch {
	case op[0] == "S3" && (verb == "EXPIRE" || noun == "DELETEMARKER"), verb == "DELETE":
		e.Action = remove
	case op[0] == "S3":
		e.Action = update // TRANSITION_SIA and the like
	case verb == "GET" && (noun == "BUCKET" || noun == "UPLOADS" || noun == "SERVICE" || noun == "BUCKETVERSIONS" || noun == "UPLOAD"):
		e.Action = list
	case verb == "COPY" && strings.HasSuffix(noun, "_GET"):
		e.Action = read // of what is copied: that it is written has a line of its own
	case verb == "POST" && noun == "RESTORE":
		e.Action = restore
	case verb == "POST" && noun == "MULTI_OBJECT_DELETE":
		e.Action = remove
	case verb == "PUT" && (noun == "OBJECT" || noun == "PART" || noun == "BUCKET"):
		e.Action = create
	case noun == "SELECT":
		e.Action = query
	}
	e.Event = eventOf(e.Action)
	if e.Event == mutation && (strings.Contains(noun, "POLICY") || strings.Contains(noun, "ACL") || noun == "PUBLICACCESSBLOCK" || noun == "PUBLIC_ACCESS_BLOCK" || noun == "OWNERSHIP_CONTROLS") {
		e.Event, e.Action = policyChange, permit
	}
}
