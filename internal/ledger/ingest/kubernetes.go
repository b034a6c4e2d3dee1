package ingest

import (
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// kubernetesAudit is the audit log of an API server of Kubernetes: lines of
// audit.k8s.io/v1, or an EventList as webhooks get it.
// https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
var kubernetesAudit = &kind{
	name: "kubernetes", source: "kubernetes-audit", title: "audit.k8s.io/v1, as lines or lists",
	frame: jsonValues("items"), parse: kubernetesEvent, unique: true,
}

func kubernetesEvent(v []byte, t *taker) error { return t.kubernetes(v, v) }

// kubernetes takes an audit event, which stands in rec.
func (t *taker) kubernetes(v, rec []byte) error {
	var e Event
	var version, kind, stage, verb, uri, id, as string
	var user, ref, ips, status, annotations, answer []byte
	if !logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "apiVersion":
			version = logs.Text(val)
		case "kind":
			kind = logs.Text(val)
		case "stage":
			stage = logs.Text(val)
		case "verb":
			verb = logs.Text(val)
		case "requestURI":
			uri = logs.Text(val)
		case "auditID":
			id = logs.Text(val)
		case "user":
			user = val
		case "impersonatedUser":
			as = logs.Text(logs.Get(val, "username"))
		case "objectRef":
			ref = val
		case "sourceIPs":
			ips = val
		case "userAgent":
			e.Client = logs.Text(val)
		case "responseStatus":
			status = val
		case "responseObject":
			answer = val
		case "annotations":
			annotations = val
		case "stageTimestamp":
			e.When = logs.Moment(logs.Text(val))
		}
	}) {
		return errCut
	}
	switch {
	case kind != "Event" || version != "" && version != "audit.k8s.io/v1":
		return errors.New("it is no Event of audit.k8s.io/v1")
	case id == "" || stage == "" || verb == "":
		return errors.New("an Event has auditID, stage and verb")
	case e.When.IsZero():
		return errors.New("stageTimestamp is no time")
	case stage == "RequestReceived":
		return t.pass("of a request that had no answer yet (stage RequestReceived)")
	}
	if e.Actor = logs.Text(logs.Get(user, "username")); as != "" {
		e.Guise = e.Actor + " as " + as
	}
	// All but the last may be what the client wrote into X-Forwarded-For.
	var from []string
	logs.Elements(ips, func(ip []byte) { from = append(from, logs.Text(ip)) })
	e.Address = strings.Join(from, " ")
	e.kubernetesObject(verb, uri, ref)
	code, _ := logs.Number(logs.Get(status, "code"))
	e.Result = byStatus(code)
	if e.Result == allowed && (e.Event == decision || e.Service == "tokenreviews") {
		e.Result = reviewed(logs.Get(answer, "status"), e.Service == "tokenreviews")
	}
	if logs.Text(logs.Get(annotations, "authorization.k8s.io/decision")) == "forbid" {
		e.Result = denied
	}
	if stage == "Panic" {
		e.Result = failed
	}
	t.take(&e, rec)
	return nil
}

// reviewed is what came of a review of access or of a token: that it was
// answered says nothing. The answer is only in logs of level RequestResponse;
// that of a token leaves out a false.
func reviewed(status []byte, token bool) string {
	said := logs.Text(logs.Get(status, "allowed"))
	if token {
		said = logs.Text(logs.Get(status, "authenticated"))
	}
	switch {
	case said == "true":
		return allowed
	case said == "false", token && status != nil:
		return denied
	}
	return unknown
}

// kubernetesObject says what the verb does to which object.
func (e *Event) kubernetesObject(verb, uri string, ref []byte) {
	var resource, name, namespace, sub, group string
	logs.Members(ref, func(n, val []byte) {
		switch string(n) {
		case "resource":
			resource = logs.Text(val)
		case "name":
			name = logs.Text(val)
		case "namespace":
			namespace = logs.Text(val)
		case "subresource":
			sub = logs.Text(val)
		case "apiGroup":
			group = logs.Text(val)
		}
	})
	own := !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") // others may have services and roles too
	if e.Resource = uri; resource != "" {
		e.Resource = resource + "/" + namespace + "/" + name
		if sub != "" {
			e.Resource += "/" + sub
		}
	}
	switch {
	case resource == "":
		e.Service = "url"
	case !own || !kubernetesResources[resource]:
		resource, e.Service = "", "custom" // whoever asks chooses the word: a path that does not exist is logged too
	default:
		e.Service = resource
	}
	e.kubernetesVerb(verb, resource, sub)
}

// kubernetesVerb says what the verb does to a resource that Kubernetes itself has.
func (e *Event) kubernetesVerb(verb, resource, sub string) {
	e.Action = kubernetesVerbs[verb]
	e.Event = eventOf(e.Action)
	switch {
	case sub == "exec" || sub == "attach" || sub == "portforward" || sub == "proxy":
		e.Event, e.Action = access, read // somebody inside of a container, whatever he does there
	case resource == "tokenreviews" || sub == "token":
		e.Event = login
	case resource == "subjectaccessreviews" || resource == "selfsubjectaccessreviews" || resource == "localsubjectaccessreviews" || resource == "selfsubjectrulesreviews":
		e.Event, e.Action = decision, ""
	case sub == "approval" && resource == "certificatesigningrequests":
		e.Event, e.Action = policyChange, permit
	case e.Event == mutation && kubernetesPolicies[resource]:
		e.Event = policyChange
	}
}

var kubernetesVerbs = map[string]string{
	"get": read, "head": read, "list": list, "watch": list, "proxy": read, "connect": read,
	"create": create, "update": update, "patch": update, "delete": remove, "deletecollection": remove,
	"approve": permit, "bind": permit, "escalate": permit, "impersonate": permit, "post": create, "put": update, "options": read,
}

// kubernetesPolicies decide who may do what.
var kubernetesPolicies = words(`roles rolebindings clusterroles clusterrolebindings networkpolicies validatingwebhookconfigurations mutatingwebhookconfigurations
	validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings`)

// kubernetesResources are those that Kubernetes itself has: others are called
// as their makers like, or as somebody types into a URL.
var kubernetesResources = words(`bindings componentstatuses configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods
	podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services mutatingwebhookconfigurations validatingadmissionpolicies
	validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings validatingwebhookconfigurations customresourcedefinitions apiservices
	controllerrevisions daemonsets deployments replicasets statefulsets selfsubjectreviews tokenreviews localsubjectaccessreviews selfsubjectaccessreviews
	selfsubjectrulesreviews subjectaccessreviews horizontalpodautoscalers cronjobs jobs certificatesigningrequests clustertrustbundles leases endpointslices flowschemas
	prioritylevelconfigurations ingressclasses ingresses networkpolicies ipaddresses servicecidrs runtimeclasses poddisruptionbudgets clusterrolebindings clusterroles
	rolebindings roles deviceclasses resourceclaims resourceclaimtemplates resourceslices priorityclasses csidrivers csinodes csistoragecapacities storageclasses
	volumeattachments volumeattributesclasses`)
