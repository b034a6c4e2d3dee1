// Package admissiontest has objects that a cluster must take or refuse under one
// perimeter, for the real systems that read what targets write.
package admissiontest

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Perimeter is the perimeter that the cases are for.
const Perimeter = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU]}
  data: {prompts: {gdpr: special, confidentiality: secret}}
  systems: {triage: {purpose: answers}}
  flows: [{from: triage, to: api.scaleway.ai, data: [prompts]}]
  stack: {registries: [rg.fr-par.scw.cloud]}
`

// Digest ends an image that is fixed.
const Digest = "@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"

const spec = `
  nodeSelector: {topology.kubernetes.io/region: fr-par}
  restartPolicy: Never
  containers:
    - {name: app, image: "rg.fr-par.scw.cloud/clinic/triage` + Digest + `", env: [{name: LLM, value: "https://api.scaleway.ai/v1"}, {name: DB, value: "postgres://u:p@db.ward.svc:5432/x"}], args: ["--port=80"]}
  initContainers:
    - {name: init, image: "rg.fr-par.scw.cloud/clinic/init` + Digest + `"}
`

// Pod is one that is admitted.
const Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: ward}\nspec:" + spec

// A Case is an object that is made, and the policy that refuses it; without one it
// is admitted.
type Case struct {
	Name, Policy string
	Object       map[string]any
}

// Cases are what all systems are asked.
func Cases(t testing.TB) []Case {
	t.Helper()
	out := []Case{{"a pod as it should be", "", Parse(t, Pod)}}
	for _, m := range pods {
		if !strings.Contains(Pod, m.old) {
			t.Fatalf("%q stands in no pod", m.old)
		}
		out = append(out, Case{m.name, m.policy, Parse(t, strings.Replace(Pod, m.old, m.new, 1))})
	}
	for _, kind := range []string{"apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "batch/v1 Job", "batch/v1 CronJob", "v1 PodTemplate", "v1 ReplicationController"} {
		out = append(out,
			Case{kind + " as it should be", "", workload(t, kind, spec)},
			Case{kind + " with another image", "images", workload(t, kind, strings.Replace(spec, "rg.fr-par.scw.cloud/clinic/init", "docker.io/library/python", 1))},
			Case{kind + " elsewhere", "places", workload(t, kind, strings.Replace(spec, "fr-par}", "us-east-1}", 1))})
	}
	for _, o := range objects {
		out = append(out, Case{o.name, o.policy, Parse(t, o.text)})
	}
	return out
}

// workload puts the specification of a pod into what makes pods.
func workload(t testing.TB, kind, spec string) map[string]any {
	version, kind, _ := strings.Cut(kind, " ")
	if kind != "Job" && kind != "CronJob" && kind != "PodTemplate" {
		spec = strings.Replace(spec, "restartPolicy: Never", "restartPolicy: Always", 1)
	}
	pod := Parse(t, "metadata: {labels: {app: x}}\nspec:"+spec)
	body := map[string]any{"template": pod}
	out := map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": "work", "namespace": "ward"}, "spec": body}
	switch kind {
	case "PodTemplate":
		delete(out, "spec")
		out["template"] = pod
	case "CronJob":
		out["spec"] = map[string]any{"schedule": "0 4 * * *", "jobTemplate": map[string]any{"spec": body}}
	case "ReplicationController":
		body["selector"] = map[string]any{"app": "x"}
	case "Job":
	default:
		body["selector"] = map[string]any{"matchLabels": map[string]any{"app": "x"}}
	}
	if kind == "StatefulSet" {
		body["serviceName"] = "x"
	}
	return out
}

// Parse reads an object.
func Parse(t testing.TB, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return o
}
