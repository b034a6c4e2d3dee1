{{- define "admit.name" -}}
{{- if contains "admit" .Release.Name }}{{ .Release.Name | trunc 52 }}{{ else }}{{ printf "%s-admit" .Release.Name | trunc 52 }}{{ end }}
{{- end }}
{{- define "admit.selector" -}}
app.kubernetes.io/name: bailiwick-admit
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "admit.labels" -}}
{{ include "admit.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "admit.secret" -}}
{{- if eq .Values.tls.mode "secret" }}{{ required "tls.secret names the secret when tls.mode is secret" .Values.tls.secret }}{{ else }}{{ include "admit.name" . }}-tls{{ end }}
{{- end }}
{{- define "admit.config" -}}
{{- if .Values.perimeterConfigMap }}{{ .Values.perimeterConfigMap }}{{ else }}{{ include "admit.name" . }}-perimeter{{ end }}
{{- end }}
