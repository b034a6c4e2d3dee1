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
	var auth, request, grants, status, location, metadata []byte
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
		case "metadata":
			metadata = val
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
	switch service {
	case "k8s.io":
		e.googleKubernetes(method)
	case "bigquery.googleapis.com":
		e.bigQuery(metadata)
	case "login.googleapis.com":
		e.Result = workspaceLogin(last)
	}
	t.take(&e, v)
	return nil
}

// googleSpecial takes what is more than reading and altering.
func (e *Event) googleSpecial(service, last string) {
	lower := strings.ToLower(last)
	switch {
	case service == "login.googleapis.com" || service == "iamcredentials.googleapis.com" || service == "sts.googleapis.com":
		e.Event, e.Action = login, ""
	case service == "cloudkms.googleapis.com" && googleKeyUses[lower]:
		e.Event, e.Action = keyUse, ""
	case service == "aiplatform.googleapis.com" && (strings.HasSuffix(lower, "predict") || strings.HasSuffix(lower, "generatecontent")):
		e.Event, e.Action = inference, ""
		if i := strings.LastIndex(e.Resource, "/models/"); i >= 0 {
			e.Model = e.Resource[i+len("/models/"):]
		}
	case e.Event == mutation && (service == "iam.googleapis.com" || service == "orgpolicy.googleapis.com" || service == "accesscontextmanager.googleapis.com"):
		e.Event, e.Action = policyChange, permit
	}
}

var googleKeyUses = words("encrypt decrypt rawencrypt rawdecrypt asymmetricsign asymmetricdecrypt macsign macverify decapsulate")

// googleKubernetes reads io.k8s.core.v1.pods.exec.create: what a cluster of
// Google's was asked, as its own audit log would say it.
func (e *Event) googleKubernetes(method string) {
	parts := strings.Split(method, ".")
	for i, p := range parts {
		if len(p) < 2 || p[0] != 'v' || p[1] < '0' || p[1] > '9' || i+2 >= len(parts) {
			continue
		}
		k := Event{}
		sub := ""
		if i+3 < len(parts) {
			sub = parts[i+2]
		}
		k.kubernetesVerb(parts[len(parts)-1], parts[i+1], sub)
		e.Event, e.Action = k.Event, k.Action
		if e.Event == decision && e.Result == allowed {
			e.Result = unknown // the review was answered
		}
		return
	}
}

// bigQuery says what a job did: each is inserted, whatever it does.
func (e *Event) bigQuery(metadata []byte) {
	job := logs.Get(metadata, "jobChange", "job")
	if job == nil {
		job = logs.Get(metadata, "jobInsertion", "job")
	}
	config := logs.Get(job, "jobConfig")
	switch {
	case logs.Get(metadata, "tableDataRead") != nil:
		e.Event, e.Action = access, query
	case logs.Get(metadata, "tableDataChange") != nil:
		e.Event, e.Action = mutation, update
	case logs.Get(config, "queryConfig") != nil:
		e.statement(strings.ReplaceAll(logs.Text(logs.Get(config, "queryConfig", "statementType")), "_", " "))
	case logs.Get(config, "extractConfig") != nil:
		e.Event, e.Action = access, export
	}
}

// workspaceLogin is the result of a login at Google, which has no status.
func workspaceLogin(method string) string {
	switch method {
	case "loginSuccess":
		return allowed
	case "loginFailure":
		return denied
	}
	return unknown
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
