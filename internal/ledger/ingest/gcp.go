package ingest

import (
	"cmp"
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// gcpAudit is Cloud Audit Logs of Google Cloud, as Cloud Logging exports them:
// LogEntry with a protoPayload of google.cloud.audit.AuditLog.
// https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
var gcpAudit = &kind{
	name: "gcp", source: "gcp-audit", title: "Google Cloud audit logs: LogEntry, as lines or a list",
	frame: jsonValues("entries"), parse: gcpEvent, unique: true,
}

func gcpEvent(v []byte, t *taker) error {
	var e Event
	var payload, resource []byte
	var received, severity string
	if !logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "protoPayload":
			payload = val
		case "resource":
			resource = val
		case "timestamp":
			e.When = logs.Moment(logs.Text(val))
		case "receiveTimestamp":
			received = logs.Text(val)
		case "severity":
			severity = logs.Text(val)
		}
	}) {
		return errCut
	}
	if payload == nil {
		if logs.Get(v, "logName") != nil {
			return t.pass("a LogEntry that is no audit log")
		}
		return errors.New("a LogEntry of an audit log has protoPayload")
	}
	if e.When.IsZero() {
		if e.When = logs.Moment(received); e.When.IsZero() {
			return errors.New("timestamp is no time")
		}
	}
	var service, method string
	var auth, request, grants, status, location []byte
	logs.Members(payload, func(n, val []byte) {
		switch string(n) {
		case "serviceName":
			service = logs.Text(val)
		case "methodName":
			method = logs.Text(val)
		case "resourceName":
			e.Resource = logs.Text(val)
		case "authenticationInfo":
			auth = val
		case "authorizationInfo":
			grants = val
		case "requestMetadata":
			request = val
		case "status":
			status = val
		case "resourceLocation":
			location = val
		case "numResponseItems":
			e.Records, _ = logs.Number(val)
		}
	})
	if method == "" || service == "" {
		return errors.New("an AuditLog has serviceName and methodName")
	}
	e.Service = "custom"
	if s, google := strings.CutSuffix(service, ".googleapis.com"); google || service == "k8s.io" {
		e.Service = slug(s)
	}
	e.Actor = cmp.Or(logs.Text(logs.Get(auth, "principalEmail")), logs.Text(logs.Get(auth, "principalSubject")))
	e.Address, e.Client = logs.Text(logs.Get(request, "callerIp")), logs.Text(logs.Get(request, "callerSuppliedUserAgent"))
	e.Region = cmp.Or(logs.Text(logs.First(logs.Get(location, "currentLocations"))), logs.Text(logs.Get(resource, "labels", "location")), logs.Text(logs.Get(resource, "labels", "region")))
	last := method[strings.LastIndexByte(method, '.')+1:]
	e.Action = operation(last)
	e.Event = eventOf(e.Action)
	e.googleSpecial(service, last)
	e.Result = googleResult(status, grants, severity)
	t.take(&e, v)
	return nil
}

// googleSpecial takes what is more than reading and altering.
func (e *Event) googleSpecial(service, last string) {
	lower := strings.ToLower(last)
	switch {
	case service == "login.googleapis.com" || service == "iamcredentials.googleapis.com" || service == "sts.googleapis.com":
		e.Event, e.Action = login, ""
	case service == "cloudkms.googleapis.com" && (strings.Contains(lower, "crypt") || strings.Contains(lower, "sign") || strings.HasPrefix(lower, "mac")):
		e.Event, e.Action = keyUse, ""
	case service == "aiplatform.googleapis.com" && (strings.Contains(lower, "predict") || strings.Contains(lower, "generatecontent")):
		e.Event, e.Action = inference, ""
		if i := strings.LastIndex(e.Resource, "/models/"); i >= 0 {
			e.Model = e.Resource[i+len("/models/"):]
		}
	case lower == "setiampolicy" || e.Event == mutation && (service == "iam.googleapis.com" || service == "orgpolicy.googleapis.com" || service == "accesscontextmanager.googleapis.com"):
		e.Event, e.Action = policyChange, permit
	}
}

// googleResult is what came of a call: the status is of google.rpc.Code, and
// an authorization that was not granted counts as well.
func googleResult(status, grants []byte, severity string) string {
	code, _ := logs.Number(logs.Get(status, "code"))
	switch {
	case code == 7 || code == 16: // PERMISSION_DENIED, UNAUTHENTICATED
		return denied
	case code != 0:
		return failed
	}
	refused := false
	logs.Elements(grants, func(g []byte) {
		refused = refused || logs.Text(logs.Get(g, "granted")) == "false"
	})
	if refused && severity == "ERROR" {
		return denied
	}
	return allowed
}
