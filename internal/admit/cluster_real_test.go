//go:build real

package admit_test

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes/chart"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A cluster is a real API server that asks a webhook of ours, by the configuration
// of the chart.
type cluster struct {
	*apiserver.Server
	hook *admit.Server
	stop func() // ends the webhook
}

func asking(t *testing.T, mode admit.Mode, perimeter string, around ...string) *cluster {
	t.Helper()
	own, err := admit.NewAuthority("", []string{"127.0.0.1"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &admit.Service{Server: admit.New(judgeOf(t, perimeter, around...), mode, quiet()), Certificates: own, Webhook: listener, Poll: time.Second, Grace: 10 * time.Second}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	c := &cluster{Server: apiserver.Start(t), hook: s.Server}
	c.stop = func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		c.stop = func() {}
	}
	t.Cleanup(func() { c.stop() })
	c.Define(t, apiserver.Definition("serving.kserve.io/v1beta1", "InferenceService"))
	c.must(t, objectsIn(t, "{apiVersion: v1, kind: Namespace, metadata: {name: triage}}")[0])
	c.must(t, configuration(t, "https://"+listener.Addr().String()+"/admit", own.Bundle()))
	return c
}

// configuration is that of the chart, with an address in the place of the service:
// there is no network of a cluster here.
func configuration(t *testing.T, url string, bundle []byte) map[string]any {
	t.Helper()
	res := chart.Render("../../deploy/charts/admit", chart.Options{Set: []string{"image.name=x", "perimeter=x", "cluster=x", "tls.mode=secret", "tls.secret=s", "tls.caBundle=c"}})
	for _, f := range res.Files {
		docs, err := tree.YAML([]byte(f.Text))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			if o, ok := d.Plain().(map[string]any); ok && o["kind"] == "ValidatingWebhookConfiguration" {
				o["webhooks"].([]any)[0].(map[string]any)["clientConfig"] = map[string]any{"url": url, "caBundle": base64.StdEncoding.EncodeToString(bundle)}
				return o
			}
		}
	}
	t.Fatalf("the chart has no configuration of a webhook: %v", res.Problems)
	return nil
}

func (c *cluster) must(t *testing.T, o map[string]any) {
	t.Helper()
	if status, answer := c.Do(t, http.MethodPost, apiserver.Path(o), o); status != http.StatusCreated {
		t.Fatalf("%s: %d %s", o["kind"], status, apiserver.Message(answer))
	}
}

// triage are the objects of a file in the namespace of the example, but for that
// itself, and kinds of a mesh, which the server does not have.
func triage(t *testing.T, path string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, o := range objects(t, path) {
		if version := o["apiVersion"].(string); strings.Contains(version, "istio") || o["kind"] == "Namespace" {
			continue
		}
		o["metadata"].(map[string]any)["namespace"] = "triage"
		out = append(out, o)
	}
	return out
}

// create asks what would become of an object, and keeps nothing.
func (c *cluster) create(t *testing.T, o map[string]any) (int, string) {
	t.Helper()
	status, answer := c.Do(t, http.MethodPost, apiserver.Path(o)+"?dryRun=All", o)
	return status, apiserver.Message(answer)
}

// inForce waits until the server has seen the configuration, which takes seconds.
func (c *cluster) inForce(t *testing.T) {
	t.Helper()
	o := objectsIn(t, pod)[0]
	for begun := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		status, message := c.create(t, o)
		if status == http.StatusForbidden && strings.Contains(message, "outside the perimeter") {
			return
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("after a minute: %d %s", status, message)
		}
	}
}

// TestRealClinics: a real API server that asks us refuses the manifests of the
// clinic, and takes those of the sovereign one.
func TestRealClinics(t *testing.T) {
	t.Run("assistant", func(t *testing.T) {
		c := asking(t, admit.Enforce, careless+"/perimeter.yaml")
		c.inForce(t)
		refused := map[string]bool{}
		for _, file := range []string{"triage.yaml", "embedder.yaml"} {
			for _, o := range triage(t, careless+"/cluster/"+file) {
				status, message := c.create(t, o)
				if status == http.StatusForbidden && strings.Contains(message, "outside the perimeter clinic-assistant") && strings.Contains(message, "→") {
					refused[o["kind"].(string)] = true
				} else if status != http.StatusCreated {
					t.Errorf("%s: %d %s", o["kind"], status, message)
				}
			}
		}
		if !refused["Deployment"] || !refused["InferenceService"] {
			t.Errorf("refused: %v", refused)
		}
	})
	t.Run("sovereign", func(t *testing.T) {
		c := asking(t, admit.Enforce, sovereign+"/perimeter.yaml", sovereign+"/cluster/nodes.yaml", sovereign+"/cluster/triage.yaml")
		c.inForce(t)
		admitted := 0
		for _, o := range triage(t, sovereign+"/cluster/triage.yaml") {
			if status, message := c.create(t, o); status != http.StatusCreated {
				t.Errorf("%s: %d %s", o["kind"], status, message)
			} else {
				admitted++
			}
		}
		if admitted == 0 {
			t.Error("nothing was admitted")
		}
		c.escapes(t)
		c.closed(t)
	})
}

// escapes are ways around, taken through the server.
func (c *cluster) escapes(t *testing.T) {
	t.Helper()
	of := func(meta, image string) string {
		return "{apiVersion: v1, kind: Pod, metadata: {namespace: triage, " + meta + "}, spec: {nodeSelector: {topology.kubernetes.io/region: fr-par}, containers: [{name: a, image: '" + image + "'}]}}"
	}
	const inside = "rg.fr-par.scw.cloud/a/b@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
	c.must(t, objectsIn(t, of("name: web", inside))[0])
	c.must(t, objectsIn(t, "{apiVersion: v1, kind: Namespace, metadata: {name: bare}}")[0])
	for name, text := range map[string]string{
		"generateName":               of("generateName: p-", "ghcr.io/x/y:2"),
		"a tag":                      of("name: p", "rg.fr-par.scw.cloud/a/b:1"),
		"a namespace without labels": strings.Replace(of("name: p", "ghcr.io/x/y:2"), "namespace: triage", "namespace: bare", 1),
		"an init container":          strings.Replace(of("name: p", inside), "containers:", "initContainers: [{name: i, image: 'ghcr.io/x/y:2'}], containers:", 1),
		"another region":             strings.Replace(of("name: p", inside), "fr-par}", "us-east-1}", 1),
		"a job":                      "{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: triage}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'ghcr.io/x/y:2'}]}}}}",
	} {
		if status, message := c.create(t, objectsIn(t, text)[0]); status != http.StatusForbidden || !strings.Contains(message, "outside the perimeter") {
			t.Errorf("%s: %d %s", name, status, message)
		}
	}
	const web = "/api/v1/namespaces/triage/pods/web"
	for node, want := range map[string]int{"nowhere": http.StatusForbidden, "scw-triage-1": http.StatusCreated} {
		binding := objectsIn(t, "{apiVersion: v1, kind: Binding, metadata: {name: web, namespace: triage}, target: {apiVersion: v1, kind: Node, name: "+node+"}}")[0]
		for _, path := range []string{web + "/binding", "/api/v1/namespaces/triage/bindings"} {
			if status, answer := c.Do(t, http.MethodPost, path+"?dryRun=All", binding); status != want {
				t.Errorf("bound to %s by %s: %d %s", node, path, status, apiserver.Message(answer))
			}
		}
	}
	for name, k := range map[string]struct{ path, patch string }{
		"kubectl debug":                        {web + "/ephemeralcontainers", `{"spec":{"ephemeralContainers":[{"name":"shell","image":"busybox","targetContainerName":"a"}]}}`},
		"another image in a pod that is there": {web, `{"spec":{"containers":[{"name":"a","image":"ghcr.io/x/y:2"}]}}`},
	} {
		if status, answer := c.Do(t, http.MethodPatch, k.path, []byte(k.patch)); status != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, status, apiserver.Message(answer))
		}
	}
	if status, answer := c.Do(t, http.MethodPatch, web, []byte(`{"metadata":{"labels":{"a":"b"}}}`)); status != http.StatusOK {
		t.Errorf("a label: %d %s", status, apiserver.Message(answer))
	}
	if status, answer := c.Do(t, http.MethodDelete, web, nil); status != http.StatusOK {
		t.Errorf("the end of a pod: %d %s", status, apiserver.Message(answer))
	}
}

// closed: while nobody answers, nothing is stored.
func (c *cluster) closed(t *testing.T) {
	t.Helper()
	c.stop()
	if status, message := c.create(t, objectsIn(t, pod)[0]); status == http.StatusCreated {
		t.Errorf("without a webhook it is let in: %s", message)
	}
}

// TestRealAudit: in the mode audit a real API server takes everything, and what it
// would have refused is counted.
func TestRealAudit(t *testing.T) {
	c := asking(t, admit.Audit, careless+"/perimeter.yaml")
	list := triage(t, careless+"/cluster/triage.yaml")
	for begun := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		for _, o := range list {
			if status, message := c.create(t, o); status != http.StatusCreated {
				t.Fatalf("%s: %d %s", o["kind"], status, message)
			}
		}
		if _, m := page(t, c.hook.Health(), "/metrics"); strings.Contains(m, `decision="would-refuse"`) {
			return
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("after a minute nothing would have been refused")
		}
	}
}
