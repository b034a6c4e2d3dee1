package enforcetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
)

// Doors are the admission policies that close a mesh. A real API server has them,
// and is asked.
type Doors struct {
	Target   enforce.Target
	Kinds    []string // that it does not have by itself: "networking.istio.io/v1 Sidecar"
	Policies []string // of doors.yaml
	Before   string   // documents of YAML that are there before the doors: namespaces beside default
	Doors    []Door
	Changes  []Change
}

// A Door is a name, an object in YAML, and the text of its refusal; "" where it is
// admitted.
type Door [3]string

// A Change is a name, an object that is admitted, what becomes of it, the
// subresource that is changed so, and the text of the refusal.
type Change [5]string

// Services are doors that every mesh has to have.
var Services = []Door{
	{"a service", "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: triage}, spec: {selector: {app: a}, ports: [{port: 80}]}}", ""},
	{"another name of a service", "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: triage}, spec: {type: ExternalName, externalName: db.other.svc.cluster.local}}", ""},
	{"a name for a host", "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: triage}, spec: {type: ExternalName, externalName: api.openai.com}}", "EGR-004: no Service is a name"},
	{"a service of foreign addresses", "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: bare}, spec: {externalIPs: [192.0.2.1], ports: [{port: 443}]}}", "EGR-004: no Service takes"},
	{"endpoints of the cluster", "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, namespace: triage}, addressType: IPv4, endpoints: [{addresses: [10.1.2.3]}]}", ""},
	{"an address of the world", "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, namespace: triage}, addressType: IPv4, endpoints: [{addresses: [10.1.2.3]}, {addresses: [192.0.2.1]}]}", "EGR-004: no Service leads"},
	{"an address of the world, of version 6", "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, namespace: default}, addressType: IPv6, endpoints: [{addresses: [\"2001:db8::1\"]}]}", "EGR-004: no Service leads"},
	{"a host as an endpoint", "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, namespace: triage}, addressType: FQDN, endpoints: [{addresses: [api.openai.com]}]}", "EGR-004: no Service leads"},
	{"an address of the world, as it was written before", "{apiVersion: v1, kind: Endpoints, metadata: {name: a, namespace: triage}, subsets: [{notReadyAddresses: [{ip: 192.0.2.1}], ports: [{port: 443}]}]}", "EGR-004: no Service leads"},
}

// Run starts the server and asks it of every door.
func (d *Doors) Run(t *testing.T) {
	s := apiserver.Start(t)
	for _, k := range d.Kinds {
		version, kind, _ := strings.Cut(k, " ")
		s.Define(t, apiserver.Definition(version, kind))
	}
	text, err := os.ReadFile(filepath.Join(Written(t, d.Target, Sends), "doors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range append(Objects(t, d.Before), Objects(t, string(text))...) {
		if status, answer := s.Do(t, http.MethodPost, apiserver.Path(o), o); status != http.StatusCreated {
			t.Fatalf("%s %v: %d %s", o["kind"], o["metadata"], status, apiserver.Message(answer))
		}
	}
	ask := func(text string) (int, string) {
		o := Objects(t, text)[0]
		status, answer := s.Do(t, http.MethodPost, apiserver.Path(o)+"?dryRun=All", o)
		return status, apiserver.Message(answer)
	}
	for _, p := range d.Policies {
		d.inForce(t, p, ask)
	}
	admitted, refused := 0, 0
	for _, k := range d.Doors {
		name, object, why := k[0], k[1], k[2]
		status, message := ask(object)
		switch {
		case why == "" && status == http.StatusCreated:
			admitted++
		case why != "" && strings.Contains(message, "denied request: "+why):
			refused++
		default:
			t.Errorf("%s (%q): %d %s", name, why, status, message)
		}
	}
	for _, k := range d.Changes {
		name, made, changed, sub, why := k[0], Objects(t, k[1])[0], Objects(t, k[2])[0], k[3], k[4]
		path := apiserver.Path(made)
		one := path + "/" + made["metadata"].(map[string]any)["name"].(string)
		status, was := s.Do(t, http.MethodGet, one, nil) // of before
		if status == http.StatusNotFound {
			status, was = s.Do(t, http.MethodPost, path, made)
		}
		if status != http.StatusOK && status != http.StatusCreated {
			t.Errorf("%s: %d %s", name, status, apiserver.Message(was))
			continue
		}
		changed["metadata"].(map[string]any)["resourceVersion"] = was["metadata"].(map[string]any)["resourceVersion"]
		status, answer := s.Do(t, http.MethodPut, one+sub, changed)
		switch message := apiserver.Message(answer); {
		case why == "" && status == http.StatusOK:
			admitted++
		case why != "" && strings.Contains(message, "denied request: "+why):
			refused++
		default:
			t.Errorf("%s (%q): %d %s", name, why, status, message)
		}
		if made["metadata"].(map[string]any)["name"] == "a" {
			s.Do(t, http.MethodDelete, one+"?gracePeriodSeconds=0", nil)
		}
	}
	t.Logf("kube-apiserver %s: %d admitted, %d refused of %d", apiserver.Version, admitted, refused, len(d.Doors)+len(d.Changes))
}

// inForce waits until the policy refuses any: the server takes seconds to see it.
func (d *Doors) inForce(t *testing.T, policy string, ask func(string) (int, string)) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(200 * time.Millisecond) {
		for _, k := range d.Doors {
			if k[2] == "" {
				continue
			}
			if _, by := ask(k[1]); strings.Contains(by, "'"+policy+"'") && strings.Contains(by, "denied request") {
				return
			}
		}
	}
	t.Fatalf("the policy %s refuses nothing after a minute", policy)
}

// Objects are the documents of a text of YAML.
func Objects(t testing.TB, text string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for dec := yaml.NewDecoder(bytes.NewReader([]byte(text))); ; {
		var o map[string]any
		if err := dec.Decode(&o); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if o != nil {
			out = append(out, o)
		}
	}
}

// Pod is one of a namespace, with these members of its metadata and its
// specification, and these containers.
func Pod(namespace, meta, spec string, containers ...string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: %s%s}, spec: {containers: [%s]%s}}", namespace, meta, strings.Join(containers, ", "), spec)
}
