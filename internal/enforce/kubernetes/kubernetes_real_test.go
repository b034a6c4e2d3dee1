//go:build real

package kubernetes_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
)

// custom are the kinds that the API server does not have by itself.
var custom = map[string]string{"serving.kserve.io/v1beta1": "InferenceService", "serving.kserve.io/v1alpha1": "LLMInferenceService", "cilium.io/v2": "CiliumNetworkPolicy"}

// A cluster has the guardrails of a perimeter, and the namespace ward, which has no
// label and is closed.
type cluster struct {
	*apiserver.Server
	network map[string]any
}

func guarded(t *testing.T, perimeter string) *cluster {
	t.Helper()
	c := &cluster{Server: apiserver.Start(t)}
	files, err := kubernetes.Target.Write(enforcetest.Bounds(t, perimeter))
	if err != nil {
		t.Fatal(err)
	}
	for version, kind := range custom {
		c.Define(t, apiserver.Definition(version, kind))
	}
	c.must(t, admissiontest.Parse(t, "{apiVersion: v1, kind: Namespace, metadata: {name: ward}}"))
	for _, f := range files {
		for _, o := range enforcetest.Objects(t, string(f.Data)) {
			if o["kind"] == "NetworkPolicy" {
				c.network = o
				c.close(t, "ward")
				continue
			}
			c.must(t, o)
		}
	}
	waiting := map[string]admissiontest.Case{}
	for _, k := range admissiontest.Cases(t) {
		if k.Policy != "" {
			waiting[k.Policy] = k
		}
	}
	c.inForce(t, waiting)
	return c
}

// close applies the network policy in a namespace.
func (c *cluster) close(t *testing.T, namespace string) {
	t.Helper()
	c.network["metadata"].(map[string]any)["namespace"] = namespace
	c.must(t, c.network)
}

func (c *cluster) must(t *testing.T, o map[string]any) map[string]any {
	t.Helper()
	status, answer := c.Do(t, http.MethodPost, apiserver.Path(o), o)
	if status != http.StatusCreated {
		t.Fatalf("%s %v: %d %s", o["kind"], o["metadata"], status, apiserver.Message(answer))
	}
	return answer
}

// inForce waits until each policy refuses its case: the server takes seconds to see
// them.
func (c *cluster) inForce(t *testing.T, waiting map[string]admissiontest.Case) {
	t.Helper()
	for begun := time.Now(); len(waiting) > 0; time.Sleep(200 * time.Millisecond) {
		for name, k := range waiting {
			if _, by := c.create(t, k.Object); strings.Contains(by, "bailiwick-"+name) {
				delete(waiting, name)
			}
		}
		if time.Since(begun) > time.Minute {
			for name, k := range waiting {
				_, by := c.create(t, k.Object)
				t.Errorf("the policy %s refuses nothing after a minute; of %s the server says: %s", name, k.Name, by)
			}
			t.FailNow()
		}
	}
}

// create asks what would become of an object, and keeps nothing.
func (c *cluster) create(t *testing.T, o map[string]any) (int, string) {
	t.Helper()
	status, answer := c.Do(t, http.MethodPost, apiserver.Path(o)+"?dryRun=All", o)
	return status, apiserver.Message(answer)
}

// TestRealCases: the API server takes what is inside, and refuses each mutant by
// the policy that is there for it.
func TestRealCases(t *testing.T) {
	c := guarded(t, admissiontest.Perimeter)
	// A pod with nothing else against it: of several policies the server names any one.
	c.inForce(t, map[string]admissiontest.Case{"closed": {Object: admissiontest.Parse(t, strings.Replace(admissiontest.Pod, "ward", "default", 1))}})
	admitted, refused := 0, 0
	for _, k := range admissiontest.Cases(t) {
		status, message := c.create(t, k.Object)
		switch {
		case k.Policy == "" && status == http.StatusCreated:
			admitted++
		case k.Policy != "" && strings.Contains(message, "ValidatingAdmissionPolicy 'bailiwick-"+k.Policy+"'") && strings.Contains(message, "denied request"):
			refused++
		default:
			t.Errorf("%s (%q): %d %s", k.Name, k.Policy, status, message)
		}
	}
	t.Logf("kube-apiserver %s: %d admitted, %d refused", apiserver.Version, admitted, refused)
	c.changes(t)
	c.closing(t)
}

// changes are of objects that were admitted.
func (c *cluster) changes(t *testing.T) {
	pod := "/api/v1/namespaces/ward/pods/app"
	c.must(t, admissiontest.Parse(t, admissiontest.Pod))
	node := admissiontest.Parse(t, "{apiVersion: v1, kind: Node, metadata: {name: n, labels: {topology.kubernetes.io/region: fr-par}}, spec: {providerID: 'scaleway://instance/fr-par-1/x'}}")
	c.must(t, node)
	deployment := admissiontest.Case{}
	for _, k := range admissiontest.Cases(t) {
		if k.Name == "apps/v1 Deployment as it should be" {
			deployment = k
		}
	}
	c.must(t, deployment.Object)
	c.must(t, admissiontest.Parse(t, "apiVersion: v1\nkind: Service\nmetadata: {name: inner, namespace: ward, finalizers: [a.example/b], annotations: {service.beta.kubernetes.io/scw-loadbalancer-private: \"true\"}}\nspec: {type: LoadBalancer, ports: [{port: 80}]}"))
	c.specs(t)
	image := "registry.clinic.example/clinic/other" + admissiontest.Digest
	for _, k := range []struct{ name, policy, path, patch string }{
		{"another image in a pod", "", pod, `{"spec":{"containers":[{"name":"app","image":"` + image + `"}]}}`},
		{"another registry in a pod", "images", pod, `{"spec":{"containers":[{"name":"app","image":"ghcr.io/x"}]}}`},
		{"kubectl debug, with an image inside", "", pod + "/ephemeralcontainers", `{"spec":{"ephemeralContainers":[{"name":"debug","image":"` + image + `","targetContainerName":"app"}]}}`},
		{"kubectl debug", "images", pod + "/ephemeralcontainers", `{"spec":{"ephemeralContainers":[{"name":"shell","image":"busybox","targetContainerName":"app"}]}}`},
		{"kubectl debug that talks to elsewhere", "destinations", pod + "/ephemeralcontainers", `{"spec":{"ephemeralContainers":[{"name":"shell","image":"` + image + `","command":["curl","https://api.openai.com/"]}]}}`},
		{"a label of a pod", "", pod, `{"metadata":{"labels":{"a":"b"}}}`},
		{"kubectl set image", "images", "/apis/apps/v1/namespaces/ward/deployments/work", `{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"ghcr.io/x"}]}}}}`},
		{"another region for a deployment", "places", "/apis/apps/v1/namespaces/ward/deployments/work", `{"spec":{"template":{"spec":{"nodeSelector":{"topology.kubernetes.io/region":"us-east-1"}}}}}`},
		{"kubectl scale", "", "/apis/apps/v1/namespaces/ward/deployments/work/scale", `{"spec":{"replicas":3}}`},
		{"another region for a node", "nodes", "/api/v1/nodes/n", `{"metadata":{"labels":{"topology.kubernetes.io/region":"nl-ams"}}}`},
		{"another region for a node, by its status", "nodes", "/api/v1/nodes/n/status", `{"metadata":{"labels":{"topology.kubernetes.io/region":"us-east-1"}}}`},
		{"another label for a node", "", "/api/v1/nodes/n", `{"metadata":{"labels":{"disk":"ssd"}}}`},
		{"other data in a namespace", "labels", "/api/v1/namespaces/ward", `{"metadata":{"labels":{"bailiwick.dev/data":"genomes"}}}`},
		{"other data in a namespace, by its status", "labels", "/api/v1/namespaces/ward/status", `{"metadata":{"labels":{"bailiwick.dev/data":"genomes"}}}`},
		{"a load balancer turned outward", "services", "/api/v1/namespaces/ward/services/inner", `{"metadata":{"annotations":{"service.beta.kubernetes.io/scw-loadbalancer-private":null}}}`},
		{"a load balancer turned outward, by its status", "services", "/api/v1/namespaces/ward/services/inner/status", `{"metadata":{"annotations":{"service.beta.kubernetes.io/scw-loadbalancer-private":"false"}}}`},
		{"a finalizer of a service", "", "/api/v1/namespaces/ward/services/inner", `{"metadata":{"finalizers":null}}`},
		{"a namespace that would pass for the system's", "", "/api/v1/namespaces/ward", `{"metadata":{"labels":{"kubernetes.io/metadata.name":"kube-system"}}}`},
		{"another registry there", "images", pod, `{"spec":{"containers":[{"name":"app","image":"ghcr.io/x"}]}}`},
		{"the closed network opened", "networks", "/apis/networking.k8s.io/v1/namespaces/ward/networkpolicies/bailiwick-closed", `{"spec":{"podSelector":{"matchLabels":{"app":"x"}}}}`},
	} {
		status, answer := c.Do(t, http.MethodPatch, k.path, []byte(k.patch))
		message := apiserver.Message(answer)
		if k.policy == "" && status != http.StatusOK || k.policy != "" && !strings.Contains(message, "'bailiwick-"+k.policy+"'") {
			t.Errorf("%s (%q): %d %s", k.name, k.policy, status, message)
		}
	}
}

// specs: a policy of Cilium that is admitted gets a list of more, and one of them
// opens the way to the world.
func (c *cluster) specs(t *testing.T) {
	o := c.must(t, admissiontest.Parse(t, "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: grows, namespace: ward}\nspec: {endpointSelector: {}, egress: [{toEndpoints: [{}]}]}"))
	o["specs"] = []any{map[string]any{"endpointSelector": map[string]any{}, "egress": []any{map[string]any{"toEntities": []any{"world"}}}}}
	if _, answer := c.Do(t, http.MethodPut, apiserver.Path(o)+"/grows", o); !strings.Contains(apiserver.Message(answer), "'bailiwick-networks'") {
		t.Errorf("a list of specifications beside one: %v", answer)
	}
}

// closing: pods start where the network is closed only, and it stays so.
func (c *cluster) closing(t *testing.T) {
	network := "/apis/networking.k8s.io/v1/namespaces/ward/networkpolicies/bailiwick-closed"
	if _, answer := c.Do(t, http.MethodDelete, network, nil); !strings.Contains(apiserver.Message(answer), "'bailiwick-kept'") {
		t.Errorf("the closed network was deleted: %v", answer)
	}
	open := admissiontest.Parse(t, strings.Replace(admissiontest.Pod, "ward", "open", 1))
	c.must(t, admissiontest.Parse(t, "{apiVersion: v1, kind: Namespace, metadata: {name: open}}"))
	if status, message := c.create(t, open); status == http.StatusCreated {
		t.Errorf("a pod starts in a namespace without a network policy: %s", message)
	}
	c.close(t, "open")
	for begun := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		status, message := c.create(t, open)
		if status == http.StatusCreated {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("no pod starts in a closed namespace: %s", message)
		}
	}
	if status, answer := c.Do(t, http.MethodDelete, "/api/v1/namespaces/open", nil); status != http.StatusOK && status != http.StatusConflict {
		t.Fatalf("%d %v", status, answer)
	}
	for begun := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		status, answer := c.Do(t, http.MethodDelete, strings.Replace(network, "ward", "open", 1), nil)
		if status == http.StatusOK {
			break
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("a namespace that goes keeps its network policy: %s", apiserver.Message(answer))
		}
	}
}

// TestRealClinics: the manifests of the clinic are refused under its own
// perimeter, and those of the sovereign clinic admitted under its.
func TestRealClinics(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	t.Run("sovereign", func(t *testing.T) {
		c := guarded(t, read("clinic-assistant-sovereign/perimeter.yaml"))
		for _, o := range enforcetest.Objects(t, read("clinic-assistant-sovereign/cluster/triage.yaml")) {
			if strings.Contains(o["apiVersion"].(string), "istio") {
				continue // the server has no such kind
			}
			o["metadata"].(map[string]any)["namespace"] = "ward"
			if status, message := c.create(t, o); status != http.StatusCreated {
				t.Errorf("%s: %d %s", o["kind"], status, message)
			}
		}
		for _, o := range enforcetest.Objects(t, read("clinic-assistant-sovereign/cluster/nodes.yaml")) {
			if status, message := c.create(t, o); status != http.StatusCreated {
				t.Errorf("%s: %d %s", o["kind"], status, message)
			}
		}
	})
	t.Run("assistant", func(t *testing.T) {
		c := guarded(t, read("clinic-assistant/perimeter.yaml"))
		want := map[string]bool{"Deployment": true, "Service": true, "InferenceService": true, "StorageClass": true, "PersistentVolumeClaim": false}
		for _, file := range []string{"triage.yaml", "embedder.yaml", "storage.yaml"} {
			for _, o := range enforcetest.Objects(t, read("clinic-assistant/cluster/"+file)) {
				o["metadata"].(map[string]any)["namespace"] = "ward"
				if o["kind"] == "StorageClass" {
					delete(o["metadata"].(map[string]any), "namespace")
				}
				status, message := c.create(t, o)
				if refused, ok := want[o["kind"].(string)]; !ok || refused != strings.Contains(message, "'bailiwick-") {
					t.Errorf("%s: %d %s", o["kind"], status, message)
				}
				delete(want, o["kind"].(string))
			}
		}
		if len(want) > 0 {
			t.Errorf("not asked: %v", want)
		}
	})
}
