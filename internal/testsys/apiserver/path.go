package apiserver

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// collections are where objects of a kind are, "/" before those of no namespace.
var collections = map[string]string{
	"Namespace": "/namespaces", "Node": "/nodes", "PersistentVolume": "/persistentvolumes", "StorageClass": "/storageclasses", "IngressClass": "/ingressclasses",
	"CustomResourceDefinition": "/customresourcedefinitions", "ValidatingAdmissionPolicy": "/validatingadmissionpolicies",
	"ValidatingAdmissionPolicyBinding": "/validatingadmissionpolicybindings", "ValidatingWebhookConfiguration": "/validatingwebhookconfigurations",
	"ClusterReport": "/clusterreports", "Ingress": "ingresses", "NetworkPolicy": "networkpolicies",
}

// Path is where an object of its kind is created: /apis/apps/v1/namespaces/ward/deployments.
func Path(o map[string]any) string {
	version, _ := o["apiVersion"].(string)
	kind, _ := o["kind"].(string)
	base := "/apis/" + version
	if version == "v1" {
		base = "/api/v1"
	}
	name, ok := collections[kind]
	if !ok {
		name = strings.ToLower(kind) + "s"
	}
	if strings.HasPrefix(name, "/") {
		return base + name
	}
	meta, _ := o["metadata"].(map[string]any)
	namespace, _ := meta["namespace"].(string)
	return base + "/namespaces/" + namespace + "/" + name
}

// KServe is as much of KServe as the server needs to take an InferenceService.
const KServe = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: inferenceservices.serving.kserve.io}, spec: {group: serving.kserve.io, scope: Namespaced,
  names: {kind: InferenceService, plural: inferenceservices, singular: inferenceservice, listKind: InferenceServiceList},
  versions: [{name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}`

// Define adds the kind of a CustomResourceDefinition, and waits until the server
// takes objects of it.
func (s *Server) Define(t testing.TB, definition map[string]any) {
	t.Helper()
	if status, answer := s.Do(t, http.MethodPost, Path(definition), definition); status != http.StatusCreated {
		t.Fatalf("the definition: %d %s", status, Message(answer))
	}
	spec := definition["spec"].(map[string]any)
	path := "/apis/" + spec["group"].(string) + "/" + spec["versions"].([]any)[0].(map[string]any)["name"].(string) + "/" + spec["names"].(map[string]any)["plural"].(string)
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		status, answer, err := s.send(http.MethodGet, path, "", nil)
		if err == nil && status == http.StatusOK {
			return
		}
		if time.Since(begun) > patient {
			t.Fatalf("%s after %s: %d %s %v", path, patient, status, answer, err)
		}
	}
}
