package ingest

import (
	"cmp"
	"errors"
	"strings"

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
	var kind, failure string
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
		}
	}) {
		return errCut
	}
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
	_, rest, _ := strings.Cut(path, "/")
	use, _, _ := strings.Cut(rest, "/")
	switch {
	case strings.HasPrefix(path, "auth/") && strings.Contains(path, "login"):
		e.Event, e.Action = login, ""
	case mount == "transit" && transitUses[use]:
		e.Event, e.Action = keyUse, ""
	case e.Event == mutation && (strings.HasPrefix(path, "sys/polic") || strings.HasPrefix(path, "sys/auth") || strings.HasPrefix(path, "auth/") || strings.HasPrefix(path, "identity/")):
		e.Event, e.Action = policyChange, permit
	}
	e.Result = allowed
	if failure != "" {
		e.Result = failed
		if strings.Contains(failure, "permission denied") || strings.Contains(failure, "invalid credentials") || strings.Contains(failure, "invalid username or password") {
			e.Result = denied
		}
	}
	t.take(&e, v)
	return nil
}

var transitUses = words("encrypt decrypt rewrap sign verify hmac datakey")
