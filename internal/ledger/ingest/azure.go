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
	var op, category, resultType, signature, status, substatus, resource string
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
		case "substatus":
			substatus = cmp.Or(logs.Text(val), logs.Text(logs.Get(val, "value")))
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
	for _, part := range []*[]byte{&identity, &props, &claims, &authorization} {
		if text := logs.Text(*part); strings.HasPrefix(text, "{") {
			*part = []byte(text) // some write JSON as a text
		}
	}
	switch {
	case strings.HasPrefix(category, "kube-audit"):
		// What stands around it is the same for each: the log is of Kubernetes.
		if text := logs.Text(logs.Get(props, "log")); text != "" {
			return t.kubernetes([]byte(text), v)
		}
		return errors.New("a record of kube-audit has properties.log")
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
	if method := logs.Text(logs.Get(props, "requestMethod")); e.Event == other && method != "" { // of calls of Graph
		e.Action = byMethod(method)
		e.Event = eventOf(e.Action)
	}
	if strings.Contains(strings.ToLower(resource), "/providers/microsoft.aadiam") || e.Event == login {
		e.Service, e.Region = "microsoft-entra", "" // its location is that of the person
	}
	e.Result = azureResult(signature, substatus, httpStatus, logs.Text(logs.Get(props, "statusCode")), logs.Text(logs.Get(props, "httpStatusCode")), cmp.Or(resultType, status))
	if e.Result == unknown || e.Result == failed {
		// Those of Entra say it in their properties, or more there.
		if r := azureResult(logs.Text(logs.Get(props, "status", "errorCode")), logs.Text(logs.Get(props, "result"))); e.Result == unknown || r == denied {
			e.Result = r
		}
	}
	if e.Event == inference {
		e.Model = logs.Text(logs.Get(props, "modelName")) // modelDeploymentName is a word of the customer
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
		logs.Text(logs.Get(props, "initiatedBy", "app", "displayName")), logs.Text(logs.Get(props, "Actor", "UPN")), logs.Text(identity),
		logs.Text(logs.Get(props, "servicePrincipalName")), logs.Text(logs.Get(props, "userId")), logs.Text(logs.Get(props, "servicePrincipalId")), logs.Text(logs.Get(props, "appId")),
		logs.Text(logs.Get(props, "accountName")))
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
		e.Event, e.Action = login, ""
	case strings.HasPrefix(lower, "microsoft.authorization/policies/") && strings.HasSuffix(lower, "/action"):
		e.Event, e.Action = decision, "" // audit, deny, append …
	case e.Event == mutation && azurePermits(lower):
		e.Event, e.Action = policyChange, permit
	case category == "RequestResponse" && (strings.Contains(lower, "completions") || strings.Contains(lower, "embeddings") || strings.Contains(lower, "responses")):
		e.Event, e.Action = inference, ""
	}
}

// azurePermits reports whether an operation that alters something alters who
// may do what: Microsoft.KeyVault/vaults/accessPolicies/write, Add member to role.
func azurePermits(op string) bool {
	for _, word := range []string{"microsoft.authorization/", "polic", "add member to role", "remove member from role", "permission grant", "role assignment"} {
		if strings.Contains(op, word) {
			return true
		}
	}
	return false
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

// azureResult is what the first says that says anything, denied before all:
// a vault writes Success beside the signature Forbidden.
func azureResult(said ...string) string {
	result := unknown
	for _, s := range said {
		r := azureWord(strings.ToLower(s))
		if r == denied {
			return denied
		}
		if result == unknown {
			result = r
		}
	}
	return result
}

func azureWord(s string) string {
	if strings.Contains(s, "forbidden") || strings.Contains(s, "unauthorized") {
		return denied
	}
	switch s {
	case "success", "succeeded", "0", "accept", "accepted", "ok", "created":
		return allowed
	case "failure", "failed", "error", "clienterror", "servererror", "other", "timeout", "conflict", "badrequest", "notfound":
		return failed
	case "denied", "authorizationerror", "sasauthorizationerror", "anonymousauthorizationerror",
		// Who is unknown, locked, disabled, not assigned; a wrong password; no second factor; conditions of access.
		"50034", "50053", "50057", "50074", "50076", "50079", "50105", "50126", "53000", "53001", "53003", "500121":
		return denied
	}
	code, ok := logs.Number([]byte(s))
	switch {
	case !ok:
		return unknown // none, started: what came of it is not known yet
	case code < 600:
		return byStatus(code)
	}
	return failed // the number of an error of a sign-in
}
