package admit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The few words of admission.k8s.io/v1 that are needed here. A field that is not
// named is neither read nor written.
// https://pkg.go.dev/k8s.io/api/admission/v1
const reviewVersion, reviewKind = "admission.k8s.io/v1", "AdmissionReview"

type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *Request  `json:"request,omitempty"`
	Response   *response `json:"response,omitempty"`
}

// A Request is what the API server asks. Who asks it (userInfo) is not read: the
// decision does not depend on it, and so no log can hold it.
type Request struct {
	UID         string          `json:"uid"`
	Kind        GVK             `json:"kind"`
	Resource    gvr             `json:"resource"`
	SubResource string          `json:"subResource,omitempty"`
	Name        string          `json:"name,omitempty"`
	Namespace   string          `json:"namespace,omitempty"`
	Operation   string          `json:"operation"`
	Object      json.RawMessage `json:"object,omitempty"`
	OldObject   json.RawMessage `json:"oldObject,omitempty"`
	DryRun      bool            `json:"dryRun,omitempty"`
}

// A GVK is the type of an object.
type GVK struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

type gvr struct {
	Group    string `json:"group"`
	Version  string `json:"version"`
	Resource string `json:"resource"`
}

type response struct {
	UID              string            `json:"uid"`
	Allowed          bool              `json:"allowed"`
	Status           *status           `json:"status,omitempty"`
	Warnings         []string          `json:"warnings,omitempty"`
	AuditAnnotations map[string]string `json:"auditAnnotations,omitempty"`
}

type status struct {
	Code    int    `json:"code"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// The operations of the API.
const (
	opDelete  = "DELETE"
	opUpdate  = "UPDATE"
	opConnect = "CONNECT"
)

// parseReview reads the body of a call.
func parseReview(body []byte) (*Request, error) {
	var r review
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("the body is no AdmissionReview: %w", err)
	}
	switch {
	case r.Kind != reviewKind || r.APIVersion != reviewVersion:
		return nil, fmt.Errorf("the body is %q of %q; it must be %s of %s: name v1 in admissionReviewVersions", r.Kind, r.APIVersion, reviewKind, reviewVersion)
	case r.Request == nil || r.Request.UID == "":
		return nil, errors.New("the review holds no request with a uid")
	}
	return r.Request, nil
}

// An outline is what has to be known of an object before it is judged.
type outline struct {
	Metadata struct {
		Name              string `json:"name"`
		GenerateName      string `json:"generateName"`
		Namespace         string `json:"namespace"`
		DeletionTimestamp string `json:"deletionTimestamp"`
	} `json:"metadata"`
}

// absent reports whether a request carries no object.
func absent(raw json.RawMessage) bool {
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}

// placed is the object with the namespace that the request names, which an object
// may leave out.
func placed(r *Request, at *outline) (json.RawMessage, error) {
	if r.Namespace == "" || at.Metadata.Namespace != "" || r.Kind.Kind == "Namespace" && r.Kind.Group == "" {
		return r.Object, nil
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(r.Object, &o); err != nil {
		return nil, err
	}
	meta := map[string]json.RawMessage{}
	if len(o["metadata"]) > 0 {
		if err := json.Unmarshal(o["metadata"], &meta); err != nil {
			return nil, err
		}
	}
	var err error
	if meta["namespace"], err = json.Marshal(r.Namespace); err != nil {
		return nil, err
	}
	if o["metadata"], err = json.Marshal(meta); err != nil {
		return nil, err
	}
	return json.Marshal(o)
}

// sameBut reports whether two objects differ in nothing but metadata and status.
func sameBut(a, b json.RawMessage) bool {
	var x, y map[string]any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	for _, m := range []map[string]any{x, y} {
		delete(m, "metadata")
		delete(m, "status")
	}
	p, err1 := json.Marshal(x)
	q, err2 := json.Marshal(y)
	return err1 == nil && err2 == nil && bytes.Equal(p, q)
}

// passing are the subresources that bring nothing that could be judged: they tell,
// count, or end something that was judged when it was made. Others, such as
// pods/ephemeralcontainers, carry an object that is judged.
var passing = map[string]bool{"status": true, "scale": true, "eviction": true, "finalize": true, "approval": true, "token": true,
	"log": true, "exec": true, "attach": true, "portforward": true, "proxy": true}

// binds reports whether a pod is bound to a node, by the subresource of the pod or
// by the resource bindings, which came before it.
func (r *Request) binds() bool {
	return r.SubResource == "binding" || r.Kind.Group == "" && r.Kind.Kind == "Binding"
}

// typeOf words the type as kubectl does: "Deployment.apps".
func (r *Request) typeOf() string {
	if r.Kind.Group == "" {
		return r.Kind.Kind
	}
	return r.Kind.Kind + "." + strings.ToLower(r.Kind.Group)
}
