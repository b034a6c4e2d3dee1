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
	"ClusterReport": "/clusterreports", "Ingress": "ingresses", "NetworkPolicy": "networkpolicies", "CiliumNetworkPolicy": "ciliumnetworkpolicies", "Endpoints": "endpoints",
	"ServiceEntry": "serviceentries", "WorkloadEntry": "workloadentries",
}

// plural is the name of a collection, and whether its objects are in namespaces.
func plural(kind string) (string, bool) {
	name, ok := collections[kind]
	if !ok {
		name = strings.ToLower(kind) + "s"
	}
	return strings.TrimPrefix(name, "/"), !strings.HasPrefix(name, "/")
}

// Path is where an object of its kind is created: /apis/apps/v1/namespaces/ward/deployments.
func Path(o map[string]any) string {
	version, _ := o["apiVersion"].(string)
	kind, _ := o["kind"].(string)
	base := "/apis/" + version
	if version == "v1" {
		base = "/api/v1"
	}
	name, inNamespace := plural(kind)
	if !inNamespace {
		return base + "/" + name
	}
	meta, _ := o["metadata"].(map[string]any)
	namespace, _ := meta["namespace"].(string)
	return base + "/namespaces/" + namespace + "/" + name
}

// Definition makes the server take a kind, whatever is in its objects: "cilium.io/v2",
// "CiliumNetworkPolicy".
func Definition(groupVersion, kind string) map[string]any {
	type m = map[string]any
	group, version, _ := strings.Cut(groupVersion, "/")
	name, inNamespace := plural(kind)
	scope := "Cluster"
	if inNamespace {
		scope = "Namespaced"
	}
	return m{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": m{"name": name + "." + group,
		"annotations": m{"api-approved.kubernetes.io": "unapproved, for tests"}}, "spec": m{
		"group": group, "scope": scope, "names": m{"kind": kind, "plural": name, "singular": strings.ToLower(kind), "listKind": kind + "List"},
		"versions": []any{m{"name": version, "served": true, "storage": true, "schema": m{"openAPIV3Schema": m{"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}}}
}

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
