package kubernetes

import (
	"strings"
	"testing"
)

const helmChart = `
-- c/Chart.yaml --
apiVersion: v2
name: c
version: 1.0.0
dependencies:
- {name: sub, version: 1.x, repository: "https://charts.example", condition: sub.enabled}
- {name: sub, version: 1.x, repository: "https://charts.example", alias: other}
- {name: unused, version: 1.x, repository: "https://charts.example", condition: unused.enabled}
- {name: near, version: 1.x, repository: "file://../near"}
-- c/values.yaml --
image: {repository: registry.example/app, tag: "1"}
replicas: 2
sub: {enabled: true, name: from-parent}
unused: {enabled: false}
global: {zone: a}
hosts: [x.example, y.example]
-- c/templates/_helpers.tpl --
{{- define "c.labels" -}}
app: {{ .Chart.Name }}
{{- end -}}
-- c/templates/NOTES.txt --
Thank you.
-- c/templates/all.yaml --
{{- range .Values.hosts }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ . | replace "." "-" }}
spec:
  rules: [{host: {{ . }}}]
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-c
  labels: {{- include "c.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: c
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          {{- with .Values.extra }}
          env: {{- toYaml . | nindent 12 }}
          {{- end }}
          args: ["--key={{ required "a key" .Values.key }}"]
{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: m}
{{- end }}
-- c/charts/sub/Chart.yaml --
apiVersion: v2
name: sub
version: 1.1.0
-- c/charts/sub/values.yaml --
name: own
-- c/charts/sub/templates/m.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Values.name }}}
data: {zone: {{ .Values.global.zone }}}
-- near/Chart.yaml --
apiVersion: v2
name: near
version: 1.1.0
type: library
`

func TestChart(t *testing.T) {
	f := in(t, helmChart, Options{})
	want(t, f, `
configmap/from-parent ConfigMap c c/charts/sub/templates/m.yaml:1
configmap/own ConfigMap c c/charts/sub/templates/m.yaml:1
ingress/x-example Ingress.networking.k8s.io c c/templates/all.yaml:3
ingress/y-example Ingress.networking.k8s.io c c/templates/all.yaml:3
deployment/release-name-c Deployment.apps c c/templates/all.yaml:11
`)
	if got := reads(t, f, "deployment/release-name-c", "containers.image"); got != "registry.example/app:1" {
		t.Error(got)
	}
	if got := reads(t, f, "deployment/release-name-c", "containers.commandline"); got != "{unknown}" {
		t.Error(got)
	}
	for _, a := range f.Assets {
		if a.Address == "deployment/release-name-c" {
			if at := a.Attrs.Read("containers.image")[0].Origin; at.Line != 22 {
				t.Errorf("the image stands at line 22, not %d", at.Line)
			}
		}
	}
}

// Values of the user count more than those of the chart, and single ones most.
func TestChartValues(t *testing.T) {
	f := in(t, helmChart+`
-- more.yaml --
image: {tag: "2"}
extra: [{name: A, value: b}]
hosts: []
sub: null
`, Options{Values: []string{"more.yaml"}, Set: []string{"image.repository=other.example/app", "key=1"}})
	if got := reads(t, f, "deployment/release-name-c", "containers.image"); got != "other.example/app:2" {
		t.Error(got)
	}
	if got := reads(t, f, "deployment/release-name-c", "containers.env.name"); got != "A" {
		t.Error(got)
	}
	if got := reads(t, f, "deployment/release-name-c", "containers.commandline"); got != "--key=1" {
		t.Error(got)
	}
	if strings.Contains(describe(f), "ingress") {
		t.Error(describe(f))
	}
}

// What cannot be rendered is said, and what can counts.
func TestChartProblems(t *testing.T) {
	f := in(t, `
-- c/Chart.yaml --
apiVersion: v2
name: c
version: 1.0.0
dependencies: [{name: gone, version: 2.0.0, repository: "https://charts.example"}]
-- c/templates/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Values.a.b.c }}}
-- c/templates/b.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ nofunction }}}
-- c/templates/c.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
-- c/templates/d.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {{ "{" }}
-- c/templates/e.yaml --
{{ range until 1000000000 }}{{ . }}{{ end }}
-- c/templates/f.yaml --
{{ include "f" . }}{{ define "f" }}{{ include "f" . }}{{ end }}
-- c/templates/g.yaml --
{{ fail "no" }}
-- c/templates/h.yaml --
{{ include "gone.name" . }}
-- c/files/x.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {{ .Values.x }}
-- d/Chart.yaml --
apiVersion: [v2
`, Options{})
	want(t, f, `
configmap/c ConfigMap c c/templates/c.yaml:1
! c/Chart.yaml:0 the chart gone 2.0.0 is not in charts/, and nothing is fetched: helm dependency build brings it
! c/templates/b.yaml:3 it is no template: function "nofunction" not defined
! c/templates/g.yaml:1 the template cannot be rendered with these values: error calling fail: no; --values FILE gives others
! c/templates/f.yaml:1 the template cannot be rendered with these values: error calling include: its inclusions do not end; --values FILE gives others
! c/templates/e.yaml:1 the template cannot be rendered with these values: error calling until: it does more than a template does; --values FILE gives others
! c/templates/a.yaml:3 the template cannot be rendered with these values: nil pointer evaluating interface {}.b; --values FILE gives others
! c/templates/d.yaml:3 what the template renders to is wrong: this is not valid YAML: did not find expected node content
! d/Chart.yaml:0 Chart.yaml cannot be read: yaml: line 1: did not find expected ',' or ']'
`)
}
