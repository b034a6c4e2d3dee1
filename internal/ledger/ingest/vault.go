package ingest

import (
	"cmp"
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// vaultAudit is the audit device of Vault and OpenBao, as JSON lines.
// https://developer.hashicorp.com/vault/docs/audit
var vaultAudit = &kind{
	name: "vault", source: "other", title: "Vault and OpenBao audit devices, as JSON lines",
	frame: jsonValues(), parse: vaultEvent, unique: true,
}

func vaultEvent(v []byte, t *taker) error {
	e := Event{Service: "vault"}
	var kind, failure, refused string
	var auth, request []byte
	if !logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "time":
			e.When = logs.Moment(logs.Text(val))
		case "type":
			kind = logs.Text(val)
		case "error":
			failure = logs.Text(val)
		case "auth":
			auth = val
		case "request":
			request = val
		case "response":
			// What a backend answers, as a digest; an error of the server stands apart.
			refused = logs.Text(logs.Get(val, "data", "error"))
		}
	}) {
		return errCut
	}
	failure = cmp.Or(failure, refused)
	op, path := logs.Text(logs.Get(request, "operation")), logs.Text(logs.Get(request, "path"))
	switch {
	case request == nil || op == "":
		return errors.New("an audit record has request.operation")
	case e.When.IsZero():
		return errors.New("time is no time")
	case kind == "request" && failure == "":
		return t.pass("of a request whose response is a record of its own")
	}
	e.Actor = cmp.Or(logs.Text(logs.Get(auth, "entity_id")), logs.Text(logs.Get(auth, "display_name")), logs.Text(logs.Get(request, "client_id")))
	e.Address, e.Resource = logs.Text(logs.Get(request, "remote_address")), path
	e.Client = logs.Text(logs.First(logs.Get(request, "headers", "user-agent")))
	e.Action = map[string]string{"read": read, "list": list, "scan": list, "create": create, "update": update, "patch": update, "delete": remove, "revoke": remove, "renew": update, "help": read}[op]
	e.Event = eventOf(e.Action)
	mount := logs.Text(logs.Get(request, "mount_type"))
	rest, known := strings.CutPrefix(path, cmp.Or(logs.Text(logs.Get(request, "mount_point")), "?"))
	if !known {
		_, rest, _ = strings.Cut(path, "/")
	}
	use, _, _ := strings.Cut(rest, "/")
	switch came := vaultLogin().FindStringSubmatch(path); {
	case came != nil:
		e.Event, e.Action = login, ""
		e.Actor = cmp.Or(e.Actor, came[1]) // one that failed has no other name
	case strings.HasPrefix(path, "auth/token/lookup"):
		e.Event, e.Action = access, read
	case strings.HasPrefix(path, "auth/token/renew"):
		e.Event, e.Action = other, ""
	case mount == "transit" && transitUses[use]:
		e.Event, e.Action = keyUse, ""
	case e.Event == mutation && (strings.HasPrefix(path, "sys/polic") || strings.HasPrefix(path, "sys/auth") || strings.HasPrefix(path, "auth/") || strings.HasPrefix(path, "identity/")):
		e.Event, e.Action = policyChange, permit
	}
	e.Result = vaultResult(failure, e.Event == login)
	t.take(&e, v)
	return nil
}

// vaultResult is what an error says. A login that is answered with one was denied:
// that the password was wrong is an invalid request to most versions.
func vaultResult(failure string, login bool) string {
	switch {
	case failure == "":
		return allowed
	case strings.Contains(failure, "permission denied") || strings.Contains(failure, "invalid credentials"), login && !strings.Contains(failure, "internal error"):
		return denied
	}
	return failed
}

// vaultLogin is the path of a login, with the name where the method has it there.
var vaultLogin = lazy.Regexp(`^auth/.+/login(?:/([^/]+))?$`)

var transitUses = words("encrypt decrypt rewrap sign verify hmac datakey")
