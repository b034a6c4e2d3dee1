package ingest

import (
	"cmp"
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// azureLogs are the activity log, the sign-ins and audits of Entra and the
// resource logs of Azure, as diagnostic settings write them.
// https://learn.microsoft.com/en-us/azure/azure-monitor/platform/resource-logs-schema
var azureLogs = &kind{
	name: "azure", source: "azure-activity", title: "Azure activity and resource logs: diagnostic JSON",
	frame: jsonValues("records", "value"), parse: azureEvent, // a correlation id is that of many records
}

func azureEvent(v []byte, t *taker) error {
	var e Event
	var op, category, resultType, signature, status, resource string
	var identity, props, claims, authorization []byte
	var caller, callerIP, eventTime, httpStatus string
	if !logs.Members(v, func(n, val []byte) {
		switch strings.ToLower(string(n)) { // the spelling differs from service to service
		case "time":
			e.When = logs.Moment(logs.Text(val))
		case "eventtimestamp":
			eventTime = logs.Text(val)
		case "operationname":
			if op = logs.Text(val); op == "" {
				op = logs.Text(logs.Get(val, "value"))
			}
		case "category":
			if category = logs.Text(val); category == "" {
				category = logs.Text(logs.Get(val, "value"))
			}
		case "resulttype":
			resultType = logs.Text(val)
		case "resultsignature":
			signature = logs.Text(val)
		case "status":
			status = cmp.Or(logs.Text(val), logs.Text(logs.Get(val, "value")))
		case "statuscode":
			httpStatus = logs.Text(val)
		case "resourceid":
			resource = logs.Text(val)
		case "calleripaddress":
			callerIP = logs.Text(val)
		case "caller":
			caller = logs.Text(val)
		case "location":
			e.Region = strings.ToLower(strings.ReplaceAll(logs.Text(val), " ", "")) // West Europe, westeurope
		case "identity":
			identity = val
		case "properties":
			props = val
		case "claims":
			claims = val
		case "authorization":
			authorization = val
		}
	}) {
		return errCut
	}
	if e.When.IsZero() {
		e.When = logs.Moment(eventTime)
	}
	switch {
	case strings.HasSuffix(category, "FlowEvent"):
		return t.pass("a flow log: `bailiwick check` reads those")
	case op == "" && category == "":
		return errors.New("a record of Azure has operationName or category")
	case e.When.IsZero():
		return errors.New("time is no time")
	}
	e.Resource = resource
	e.azureWho(caller, identity, claims, props)
	e.Address = strings.TrimPrefix(cmp.Or(callerIP, logs.Text(logs.Get(props, "ipAddress")), logs.Text(logs.Get(props, "clientInfo", "ip"))), "ipv4:")
	e.Client = cmp.Or(logs.Text(logs.Get(props, "userAgent")), logs.Text(logs.Get(props, "userAgentHeader")), logs.Text(logs.Get(props, "clientInfo")))
	e.azureWhat(op, category, cmp.Or(logs.Text(logs.Get(authorization, "action")), logs.Text(logs.Get(identity, "authorization", "action"))))
	e.Result = azureResult(cmp.Or(resultType, status), signature, cmp.Or(httpStatus, logs.Text(logs.Get(props, "statusCode")), logs.Text(logs.Get(props, "httpStatusCode"))))
	if e.Event == inference {
		e.Model = cmp.Or(logs.Text(logs.Get(props, "modelName")), logs.Text(logs.Get(props, "modelDeploymentName")))
	}
	t.take(&e, v)
	return nil
}

// azureWho is who called: each service has its own place for it.
func (e *Event) azureWho(caller string, identity, claims, props []byte) {
	const claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
	inner := logs.Get(identity, "claims")
	e.Actor = cmp.Or(caller,
		logs.Text(logs.Get(props, "userPrincipalName")),
		logs.Text(logs.Get(props, "initiatedBy", "user", "userPrincipalName")),
		logs.Text(logs.Get(claims, claim)), logs.Text(logs.Get(inner, claim)), logs.Text(logs.Get(identity, "claim", claim)), logs.Text(logs.Get(identity, "claim", "upn")),
		logs.Text(logs.Get(inner, "name")), logs.Text(logs.Get(inner, "appid")), logs.Text(logs.Get(identity, "claim", "appid")),
		logs.Text(logs.Get(identity, "requester", "upn")), logs.Text(logs.Get(identity, "requester", "objectId")),
		logs.Text(logs.Get(props, "initiatedBy", "app", "displayName")), logs.Text(logs.Get(props, "accountName")), logs.Text(identity))
}

// azureWhat takes an operation: MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE of the
// control plane, GetBlob or SecretGet of a service itself.
func (e *Event) azureWhat(op, category, action string) {
	name := op
	if !strings.Contains(op, "/") && strings.Contains(action, "/") {
		name = action
	}
	parts := strings.Split(name, "/")
	last := parts[len(parts)-1]
	switch {
	case len(parts) > 1 && strings.HasPrefix(strings.ToLower(parts[0]), "microsoft."):
		e.Service = slug(parts[0])
		e.Action = operation(last)
		if strings.EqualFold(last, "action") && len(parts) > 2 {
			e.Action = cmp.Or(operation(parts[len(parts)-2]), update)
		}
	default:
		e.Service = azureService(category)
		e.Action = operation(strings.TrimPrefix(last, "Secret"))
		for _, noun := range []string{"Secret", "Key", "Certificate", "Vault"} { // Key Vault writes SecretGet, KeyDecrypt
			if verb, ok := strings.CutPrefix(last, noun); ok {
				e.Action = operation(verb)
				if noun == "Key" && keyVaultUses[verb] {
					e.Event, e.Action = keyUse, ""
					return
				}
			}
		}
	}
	e.Event = eventOf(e.Action)
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(category, "SignInLogs"):
		e.Event, e.Action, e.Region = login, "", "" // its location is that of the person
	case strings.HasPrefix(lower, "microsoft.authorization/") && e.Event == mutation, strings.Contains(lower, "policy") && e.Event == mutation:
		e.Event, e.Action = policyChange, permit
	case category == "RequestResponse" && (strings.Contains(lower, "completions") || strings.Contains(lower, "embeddings") || strings.Contains(lower, "responses")):
		e.Event, e.Action = inference, ""
	case strings.EqualFold(category, "Policy"):
		e.Event, e.Action = decision, ""
	}
}

// azureService is the service of a category that is one of a few.
func azureService(category string) string {
	switch category {
	case "AuditEvent", "AzurePolicyEvaluationDetails":
		return "microsoft-keyvault"
	case "StorageRead", "StorageWrite", "StorageDelete":
		return "microsoft-storage"
	case "AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs":
		return "microsoft-entra"
	case "RequestResponse", "Audit":
		return "microsoft-cognitiveservices"
	case "kube-audit", "kube-audit-admin", "guard":
		return "microsoft-containerservice"
	}
	return "other"
}

var keyVaultUses = words("Decrypt Encrypt Sign Verify Wrap Unwrap WrapKey UnwrapKey Release")

func azureResult(result, signature, status string) string {
	if s := strings.ToLower(signature); strings.Contains(s, "forbidden") || strings.Contains(s, "unauthorized") {
		return denied
	}
	code, ok := logs.Number([]byte(cmp.Or(status, signature)))
	if ok = ok && code >= 100; ok {
		return byStatus(code)
	}
	switch strings.ToLower(result) {
	case "success", "succeeded", "0", "start", "started", "accept", "accepted", "ok", "active", "200", "201", "202", "204":
		return allowed
	case "failure", "failed", "error", "clienterror", "servererror", "other", "timeout":
		return failed
	case "forbidden", "unauthorized", "denied", "authorizationerror", "sasauthorizationerror", "anonymousauthorizationerror", "50126", "50053", "53003", "50057", "50076", "401", "403":
		return denied
	}
	if n, isCode := logs.Number([]byte(result)); isCode && n > 0 {
		return failed // sign-ins give the number of an error
	}
	return unknown
}
