package admit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
)

type answer struct {
	Response struct {
		UID     string
		Allowed bool
		Status  struct {
			Code    int
			Message string
		}
		Warnings         []string
		AuditAnnotations map[string]string
	}
}

// body is a review of a request, as the API server writes it.
func body(t testing.TB, r *admit.Request) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": r})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ask(t testing.TB, h http.Handler, b []byte) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/admit?timeout=3s", bytes.NewReader(b)))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func page(t testing.TB, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: p, namespace: triage, labels: {app: secret-name}}
spec:
  containers: [{name: a, image: "ghcr.io/x/y:2", env: [{name: TOKEN, value: hush}]}]
`

func TestModes(t *testing.T) {
	j := judgeOf(t, careless+"/perimeter.yaml")
	bad := asked(t, "CREATE", objectsIn(t, pod)[0])
	good := asked(t, "CREATE", objectsIn(t, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: triage}\n")[0])
	for _, c := range []struct {
		mode             admit.Mode
		allowed, warning bool
		counted          string
	}{
		{admit.Enforce, false, false, `decision="refused"`},
		{admit.Audit, true, true, `decision="would-refuse"`},
		{admit.DryRun, true, false, `decision="would-refuse"`},
	} {
		var log bytes.Buffer
		s := admit.New(j, c.mode, slog.New(slog.NewJSONHandler(&log, nil)))
		a := ask(t, s.Webhook(), body(t, bad))
		r := a.Response
		if r.UID != "u" || r.Allowed != c.allowed || strings.Contains(strings.Join(r.Warnings, ""), "would be refused") != c.warning || r.AuditAnnotations["perimeter"] != j.State().Digest() {
			t.Errorf("%s: %+v", c.mode, r)
		}
		if !c.allowed {
			for _, want := range []string{"SCM-002", "pod/triage/p", "GDPR_ART_25_2", "→", "clinic-assistant", "sha256:"} {
				if !strings.Contains(r.Status.Message, want) {
					t.Errorf("%s is not in the message: %s", want, r.Status.Message)
				}
			}
			if r.Status.Code != http.StatusForbidden {
				t.Error(r.Status.Code)
			}
		}
		all := 0
		for _, w := range r.Warnings {
			if all += len(w); len(w) > 256 || all > 4096 {
				t.Errorf("a warning of %d bytes, %d in all", len(w), all)
			}
		}
		if a := ask(t, s.Webhook(), body(t, good)); !a.Response.Allowed {
			t.Errorf("%s: %+v", c.mode, a)
		}
		_, m := page(t, s.Health(), "/metrics")
		for _, want := range []string{c.counted, `decision="allowed"`, `findings_total{rule="SCM-002"} 1`, "duration_seconds_count 2", "perimeter_stale 0", `mode="` + string(c.mode) + `"`} {
			if !strings.Contains(m, want) {
				t.Errorf("%s: %s is not in\n%s", c.mode, want, m)
			}
		}
		if n := strings.Count(log.String(), `"msg":"decision"`); n != 2 || !strings.Contains(log.String(), "SCM-002") {
			t.Errorf("%d lines: %s", n, log.String())
		}
		for _, never := range []string{"hush", "secret-name", "TOKEN", "ghcr.io"} {
			if strings.Contains(log.String(), never) {
				t.Errorf("the log tells %s: %s", never, log.String())
			}
		}
	}
}

// What may never let anybody in by mistake.
func TestFailsClosed(t *testing.T) {
	j := judgeOf(t, careless+"/perimeter.yaml")
	s := admit.New(j, admit.Enforce, quiet())
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no JSON":       {"x", 400},
		"another kind":  {`{"apiVersion":"v1","kind":"Pod"}`, 400},
		"old version":   {`{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}}`, 400},
		"no request":    {`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, 400},
		"far too large": {strings.Repeat(" ", 17<<20), 413},
	} {
		w := httptest.NewRecorder()
		s.Webhook().ServeHTTP(w, httptest.NewRequest("POST", "/admit", strings.NewReader(c.body)))
		if w.Code != c.code {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	for name, object := range map[string]string{
		"no object": `null`, "a list": `[]`, "a text": `"x"`, "no name": `{"apiVersion":"v1","kind":"Pod"}`, "metadata of another form": `{"apiVersion":"v1","kind":"Pod","metadata":[]}`,
		"another tool's": `{"apiVersion":"bailiwick/v1","kind":"Perimeter","metadata":{"name":"x"}}`,
	} {
		a := ask(t, s.Webhook(), body(t, &admit.Request{UID: "u", Operation: "CREATE", Namespace: "triage", Object: json.RawMessage(object)}))
		if a.Response.Allowed {
			t.Errorf("%s is let in", name)
		}
	}
	// Nobody is let in when the time is over before the decision.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	s.Webhook().ServeHTTP(w, httptest.NewRequest("POST", "/admit", bytes.NewReader(body(t, asked(t, "CREATE", objectsIn(t, pod)[0])))).WithContext(ctx))
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Response.Allowed || a.Response.Status.Code != 500 {
		t.Errorf("%v %s", err, w.Body)
	}
}

// The ways around: each of them is judged like the front door.
func TestEscapes(t *testing.T) {
	j := judgeOf(t, sovereign+"/perimeter.yaml", sovereign+"/cluster/nodes.yaml", sovereign+"/cluster/triage.yaml")
	good := `{"name":"a","image":"rg.fr-par.scw.cloud/a/b@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}`
	bad := `{"name":"b","image":"ghcr.io/x/y:2"}`
	place := `"nodeSelector":{"topology.kubernetes.io/region":"fr-par"}`
	of := func(meta, spec string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"triage",%s},"spec":{%s}}`, meta, spec)
	}
	ok := of(`"name":"p"`, place+`,"containers":[`+good+`]`)
	nodes := write(t, t.TempDir(), "nodes.yaml", `apiVersion: v1
kind: Node
metadata: {name: par-1, labels: {topology.kubernetes.io/region: fr-par}}
spec: {providerID: "scaleway://instance/fr-par-1/x"}
---
apiVersion: v1
kind: Node
metadata: {name: elsewhere, labels: {topology.kubernetes.io/region: us-east-1}}
spec: {providerID: "aws:///us-east-1a/i-1"}
`)
	bound := judgeOf(t, sovereign+"/perimeter.yaml", nodes, sovereign+"/cluster/triage.yaml")
	for _, c := range []struct {
		name, operation, sub, object, old string
		inside                            bool
	}{
		{"as it should be", "CREATE", "", ok, "", true},
		{"generateName", "CREATE", "", of(`"generateName":"p-"`, place+`,"containers":[`+good+`]`), "", true},
		{"generateName, outside", "CREATE", "", of(`"generateName":"p-"`, place+`,"containers":[`+bad+`]`), "", false},
		{"init container", "CREATE", "", of(`"name":"p"`, place+`,"initContainers":[`+bad+`],"containers":[`+good+`]`), "", false},
		{"kubectl debug", "UPDATE", "ephemeralcontainers", of(`"name":"p"`, place+`,"containers":[`+good+`],"ephemeralContainers":[`+bad+`]`), ok, false},
		{"kubectl debug, inside", "UPDATE", "ephemeralcontainers", of(`"name":"p"`, place+`,"containers":[`+good+`],"ephemeralContainers":[`+good+`]`), ok, true},
		{"update of the image", "UPDATE", "", of(`"name":"p"`, place+`,"containers":[`+bad+`]`), ok, false},
		{"a tag", "CREATE", "", of(`"name":"p"`, place+`,"containers":[{"name":"a","image":"rg.fr-par.scw.cloud/a/b:1"}]`), "", false},
		{"another region", "CREATE", "", of(`"name":"p"`, `"nodeSelector":{"topology.kubernetes.io/region":"us-east-1"},"containers":[`+good+`]`), "", false},
		{"another class by label", "CREATE", "", of(`"name":"p","labels":{"data_class":"nobody-knows"}`, place+`,"containers":[`+good+`]`), "", true}, // */triage/* binds it all the same
		{"delete", "DELETE", "", "null", of(`"name":"p"`, place+`,"containers":[`+bad+`]`), true},
		{"being deleted", "UPDATE", "", of(`"name":"p","deletionTimestamp":"2026-11-29T00:00:00Z"`, place+`,"containers":[`+bad+`]`), of(`"name":"p","finalizers":["x/y"]`, place+`,"containers":[`+bad+`]`), true},
		{"being deleted, with another image", "UPDATE", "", of(`"name":"p","deletionTimestamp":"2026-11-29T00:00:00Z"`, place+`,"containers":[`+bad+`]`), ok, false},
		{"status", "UPDATE", "status", of(`"name":"p"`, place+`,"containers":[`+bad+`]`), ok, true},
		{"a subresource that nobody knows", "UPDATE", "other", of(`"name":"p"`, place+`,"containers":[`+bad+`]`), ok, false},
		{"exec", "CONNECT", "exec", `{"apiVersion":"v1","kind":"PodExecOptions","command":["sh"]}`, "null", true},
	} {
		r := &admit.Request{UID: "u", Operation: c.operation, SubResource: c.sub, Namespace: "triage", Object: json.RawMessage(c.object), OldObject: json.RawMessage(c.old)}
		r.Kind = admit.GVK{Version: "v1", Kind: "Pod"}
		if d := decide(t, j, r); d.Inside() != c.inside {
			t.Errorf("%s: inside %v: %s\n%s", c.name, d.Inside(), d.Skipped, ids(d))
		}
	}
	for name, inside := range map[string]bool{"par-1": true, "elsewhere": false, "nobody-knows": false} {
		object := `{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p","namespace":"triage"},"target":{"apiVersion":"v1","kind":"Node","name":"` + name + `"}}`
		for _, sub := range []string{"binding", ""} { // of pods, and bindings itself
			r := &admit.Request{UID: "u", Operation: "CREATE", SubResource: sub, Namespace: "triage", Kind: admit.GVK{Version: "v1", Kind: "Binding"}, Object: json.RawMessage(object)}
			if d := decide(t, bound, r); d.Inside() != inside {
				t.Errorf("bound to %s: inside %v: %s\n%s", name, d.Inside(), d.Skipped, ids(d))
			}
		}
		r := &admit.Request{UID: "u", Operation: "CREATE", Namespace: "triage", Kind: admit.GVK{Version: "v1", Kind: "Pod"}, Object: json.RawMessage(of(`"name":"p"`, `"nodeName":"`+name+`","containers":[`+good+`]`))}
		if d := decide(t, bound, r); d.Inside() != inside {
			t.Errorf("a pod that names %s: inside %v: %s\n%s", name, d.Inside(), d.Skipped, ids(d))
		}
	}
	// An object may leave its namespace to the request.
	r := &admit.Request{UID: "u", Operation: "CREATE", Namespace: "triage", Kind: admit.GVK{Version: "v1", Kind: "Pod"}, Object: json.RawMessage(strings.Replace(ok, `"namespace":"triage",`, "", 1))}
	if d := decide(t, j, r); !d.Inside() || d.Subject != "pod/triage/p" {
		t.Errorf("%s\n%s", d.Subject, ids(d))
	}
}

// TestReload changes the perimeter under load: every answer is that of one of the
// two, and says of which.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	texts := []string{}
	for i, allow := range []string{"[EU]", "[US]"} {
		texts = append(texts, fmt.Sprintf("apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: p%d}\nspec:\n  jurisdictions: {allow: %s}\n  data: {prompts: {gdpr: none, unknown: report}}\n  gate: {fail_on: high}\n", i, allow))
	}
	path := write(t, dir, "perimeter.yaml", texts[0])
	bucket := asked(t, "CREATE", objectsIn(t, "apiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: b}\nspec: {forProvider: {region: eu-central-1}}\n")[0])
	j := judgeOf(t, path)
	s := admit.New(j, admit.Enforce, quiet())
	// What each perimeter says alone.
	alone := map[string]string{}
	for _, text := range texts {
		write(t, dir, "perimeter.yaml", text)
		if _, err := j.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
		a := ask(t, s.Webhook(), body(t, bucket))
		alone[a.Response.AuditAnnotations["perimeter"]] = fmt.Sprint(a.Response.Allowed, a.Response.AuditAnnotations["rules"])
	}
	said := map[string]bool{}
	for _, v := range alone {
		said[v] = true
	}
	if len(alone) != 2 || len(said) != 2 {
		t.Fatalf("the two perimeters do not differ: %v", alone)
	}
	var done atomic.Bool
	var asked, wrong atomic.Int64
	seen := make([]sync.Map, 1)
	var wg sync.WaitGroup
	b := body(t, bucket)
	for range 8 {
		wg.Go(func() {
			for !done.Load() {
				a := ask(t, s.Webhook(), b)
				digest := a.Response.AuditAnnotations["perimeter"]
				seen[0].Store(digest, true)
				asked.Add(1)
				if alone[digest] != fmt.Sprint(a.Response.Allowed, a.Response.AuditAnnotations["rules"]) {
					wrong.Add(1)
				}
			}
		})
	}
	for i := range 40 {
		text := texts[i%2]
		if i%5 == 4 {
			text = "broken: ["
		}
		write(t, dir, "perimeter.yaml", text)
		before := j.State().Digest()
		_, err := j.Refresh(context.Background())
		if (err != nil) != (i%5 == 4) || err != nil && j.State().Digest() != before {
			t.Errorf("%d: %v", i, err)
		}
	}
	done.Store(true)
	wg.Wait()
	n := 0
	seen[0].Range(func(any, any) bool { n++; return true })
	if wrong.Load() > 0 || asked.Load() < 100 || n != 2 {
		t.Errorf("%d of %d answers are of neither perimeter; %d perimeters answered", wrong.Load(), asked.Load(), n)
	}
	t.Logf("%d answers during 40 changes", asked.Load())
}

// A perimeter that breaks leaves the last good one in force, and everybody is told.
func TestBroken(t *testing.T) {
	src, err := os.ReadFile(careless + "/perimeter.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := write(t, dir, "perimeter.yaml", string(src))
	cluster := write(t, dir, "nodes.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n}\n")
	j := judgeOf(t, path, cluster)
	s := admit.New(j, admit.Enforce, quiet())
	digest := j.State().Digest()
	broken := func(why string) {
		t.Helper()
		if _, err := j.Refresh(context.Background()); err == nil {
			t.Fatalf("%s: it is taken over", why)
		}
		if changed, err := j.Refresh(context.Background()); changed || err != nil {
			t.Errorf("%s: it is said twice: %v", why, err)
		}
		code, text := page(t, s.Health(), "/readyz")
		if code != 200 || !strings.Contains(text, "stale") || !strings.Contains(text, digest) {
			t.Errorf("%s: %d %s", why, code, text)
		}
		if _, m := page(t, s.Health(), "/metrics"); !strings.Contains(m, "perimeter_stale 1") || !strings.Contains(m, digest) {
			t.Errorf("%s: %s", why, m)
		}
		if a := ask(t, s.Webhook(), body(t, asked(t, "CREATE", objectsIn(t, pod)[0]))); a.Response.Allowed || a.Response.AuditAnnotations["perimeter"] != digest {
			t.Errorf("%s: %+v", why, a)
		}
	}
	write(t, dir, "perimeter.yaml", "apiVersion: bailiwick/v1\nkind: Perimeter\nspec: {jurisdictions: {allow: [Atlantis]}}\n")
	broken("a name that nobody knows")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	broken("no file")
	write(t, dir, "perimeter.yaml", string(src))
	if _, err := j.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, text := page(t, s.Health(), "/readyz"); strings.Contains(text, "stale") {
		t.Error(text)
	}
	write(t, dir, "nodes.yaml", "items: [")
	broken("what stands around is broken")
	s.Drain()
	if code, _ := page(t, s.Health(), "/readyz"); code != http.StatusServiceUnavailable {
		t.Errorf("it is ready while it drains: %d", code)
	}
	if code, _ := page(t, s.Health(), "/healthz"); code != 200 {
		t.Errorf("it is not alive while it drains: %d", code)
	}
}
