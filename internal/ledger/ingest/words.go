package ingest

import "strings"

// Words of [entry.Observation].
const (
	access       = "access"
	decision     = "decision"
	inference    = "inference"
	keyUse       = "key-use"
	login        = "login"
	mutation     = "mutation"
	other        = "other"
	policyChange = "policy-change"

	create  = "create"
	remove  = "delete"
	export  = "export"
	list    = "list"
	permit  = "permit"
	query   = "query"
	read    = "read"
	restore = "restore"
	update  = "update"

	allowed = "allowed"
	denied  = "denied"
	failed  = "failed"
	unknown = "unknown"
)

// verbs are how operations of interfaces begin, and what they do. The longest
// that fits counts.
var verbs = map[string]string{
	"get": read, "head": read, "describe": read, "read": read, "view": read, "lookup": read, "fetch": read, "check": read, "download": read, "select": query, "peek": read, "receive": read,
	"list": list, "enumerate": list, "scan": query, "query": query, "search": query, "batchget": read, "aggregatedlist": list, "testiampermissions": read,
	"create": create, "run": create, "insert": create, "allocate": create, "register": create, "import": create, "upload": create, "provision": create, "copy": create, "publish": create, "generate": create, "write": update,
	"put": update, "update": update, "modify": update, "set": update, "patch": update, "change": update, "associate": update, "disassociate": update, "enable": update, "disable": update, "tag": update, "untag": update, "start": update, "stop": update, "reboot": update, "move": update, "replace": update, "send": update, "invoke": update, "action": update, "rotate": update, "add": update, "upsert": update, "attach": update, "assign": update, "unassign": update, "detach": update, "batchwrite": update, "batchdelete": remove, "batchput": update, "regenerate": update,
	"delete": remove, "remove": remove, "terminate": remove, "deregister": remove, "purge": remove, "destroy": remove, "abort": remove, "release": remove, "drop": remove, "truncate": remove,
	"restore": restore, "undelete": restore, "recover": restore,
	"export": export, "backup": export, "listkeys": read, "getobjecttorrent": read,
	"grant": permit, "consent": permit, "revoke": permit, "setiampolicy": permit, "setiampermissions": permit, "addpermission": permit, "removepermission": permit, "authorize": permit,
}

// operation says what an operation called so does. "" is not known.
func operation(name string) string {
	name = strings.ToLower(name)
	for n := min(len(name), 20); n > 1; n-- {
		if a, ok := verbs[name[:n]]; ok {
			return a
		}
	}
	return ""
}

// eventOf is which event an action is, where nothing else is known.
func eventOf(action string) string {
	switch action {
	case read, list, query, export:
		return access
	case permit:
		return policyChange
	case "":
		return other
	}
	return mutation
}

// byStatus is the result that an HTTP status says.
func byStatus(code int64) string {
	switch {
	case code == 401 || code == 403 || code == 407:
		return denied
	case code >= 100 && code < 400:
		return allowed
	case code >= 400 && code < 600:
		return failed
	}
	return unknown
}

// byMethod is what an HTTP method does.
func byMethod(method string) string {
	switch strings.ToUpper(method) {
	case "GET", "HEAD", "OPTIONS":
		return read
	case "POST":
		return create
	case "PUT", "PATCH":
		return update
	case "DELETE":
		return remove
	case "COPY":
		return create
	}
	return ""
}

// slug is a name that a maker gave, as the ledger spells names: Microsoft.Storage is microsoft-storage.
func slug(name string) string {
	b := make([]byte, 0, len(name))
	for i := 0; i < len(name) && len(b) < 64; i++ {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b = append(b, c)
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	s := strings.TrimRight(string(b), "-")
	if !slugForm().MatchString(s) {
		return ""
	}
	return s
}
