{{- define "connect-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name already says what it is in most installations, and is then not repeated. */}}
{{- define "connect-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "connect-operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "connect-operator.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "connect-operator.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "connect-operator.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "connect-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "connect-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "connect-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "connect-operator.labels" -}}
{{ include "connect-operator.selectorLabels" . }}
app.kubernetes.io/part-of: connect-operator
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "connect-operator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The operator, as a subject of bindings. */}}
{{- define "connect-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "connect-operator.serviceAccount" . }}
  namespace: {{ include "connect-operator.namespace" . }}
{{- end -}}

{{/* The documents of a file that the kustomize bases use, too; a list under "items". */}}
{{- define "connect-operator.documents" -}}
{{- $items := list -}}
{{- range regexSplit "(?m)^---$" (.root.Files.Get .file) -1 -}}
{{- $document := fromYaml . -}}
{{- if $document.kind -}}
{{- $items = append $items $document -}}
{{- end -}}
{{- end -}}
{{- dict "items" $items | toYaml -}}
{{- end -}}

{{/* Such a document under the release's names: metadata of the chart, names that begin with connect-operator renamed. */}}
{{- define "connect-operator.metadata" -}}
name: {{ .name | replace "connect-operator" (include "connect-operator.fullname" .root) }}
{{- if .namespaced }}
namespace: {{ include "connect-operator.namespace" .root }}
{{- end }}
labels:
  {{- include "connect-operator.labels" .root | nindent 2 }}
{{- end -}}
