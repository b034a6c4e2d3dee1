package admission

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// local is the expression that a host is one that only the cluster resolves. A name
// of digits is an address in disguise and begins with no letter.
func local(h string) string {
	return h + `.matches('^([a-z]([a-z0-9-]*[a-z0-9])?|127\\.[0-9.]+|\\[::1\\]|([a-z0-9-]+\\.)+(svc|svc\\.cluster\\.local))$')`
}

// bare is the expression of a host without its port and the dot of the root.
func bare(h string) string {
	return h + `.lowerAscii().find('^(\\[[0-9a-f:.]*\\]|[^:]*)').find('^.*[^.]')`
}

// named is the expression that a host is one that a flow leads to, or below one.
func named(h string) string {
	return fmt.Sprintf(`variables.inside.hosts.exists(a, %[1]s == a || a.startsWith('*.') && %[1]s.endsWith(a.substring(1)))`, h)
}

// foreign is the expression of those of a list of hosts that are neither of the
// cluster nor inside.
func foreign(list string) string {
	h := bare("h")
	return fmt.Sprintf(`%s.filter(h, !(%s || %s))`, list, local(h), named(h))
}

// private are addresses that no network of the world leads to.
const private = `^(10\\.|127\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|f[cd][0-9a-f]{2}:|::1$)`

// stores are schemes of stores: what follows names a bucket, not a host. With abfss
// a host may follow (container@account.dfs.core.windows.net), and that is read.
var stores = []string{"az", "file", "gs", "hf", "oss", "pvc", "s3", "s3a", "unix"}

// calls is the expression of the addresses within a text that lead to hosts which
// are neither of the cluster nor inside. One whose host cannot be read, because a
// variable stands in it or it is written to confuse, leads there too.
func calls(text string) string {
	authority := `^[a-z][a-z0-9+.:-]*://([^/?#@\\\\]*@)?` // some end the host at a backslash, some do not
	return fmt.Sprintf(`%s.lowerAscii().findAll('[a-z][a-z0-9+.:-]*://[^\\s"\'<>|;,)]*').filter(u, !u.matches('^(%s)://')).filter(u,
  !u.matches('%s([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]+)?([/?#]|$)') ||
  !%s.exists(h, %s || %s || h in variables.inside.registries))`,
		text, strings.Join(stores, "|"), authority,
		`[u.find('`+authority+`(\\[[^\\]]*\\]|[^/?#:]*)').split('://')[1].split('@')].map(parts, parts[parts.size() - 1].find('^.*[^.]'))`, local("h"), named("h"))
}

// destinations refuses addresses outside in what workloads are told, and in what
// the cluster itself calls. What is read from a secret, put together by a program
// or named without a scheme no expression sees: that is for the network.
func destinations(in *inside) Policy {
	return Policy{
		Name: "destinations",
		About: []string{
			"No address in the environment, the commands or the arguments of a container leads to a host that no flow of the perimeter leads to;",
			"nor does one that is the whole value of a ConfigMap, a name server of a pod or a domain that it searches, a host that a pod mounts or probes, or a webhook of the cluster.",
		},
		Holds: []graph.RuleID{"EGR-005", "EGR-007", "LOC-013", "LOG-003"},
		Resources: append(workloads(), Resources{"", []string{"configmaps"}, []string{"ConfigMap"}},
			Resources{"admissionregistration.k8s.io", []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}, []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}}),
		Conditions: []Named{changed}, Inside: in.lists("hosts", "registries"),
		Variables: []Named{
			{"pods", `object.kind in ['ConfigMap', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] ? [] :
` + pods.Expression},
			groups,
			{"handlers", `variables.groups.map(g, g.map(c, ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(k, k in c).map(k, c[k]) +
  (has(c.lifecycle) ? ['postStart', 'preStop'].filter(k, k in c.lifecycle).map(k, c.lifecycle[k]) : [])))`},
			{"texts", `variables.groups.map(g, g.map(c, (has(c.env) ? c.env.filter(e, has(e.value)).map(e, e.value) : []) +
  (has(c.command) ? c.command : []) + (has(c.args) ? c.args : [])).map(l, l.join(' ')).join(' ')) +
variables.handlers.map(g, g.map(c, c.filter(h, has(h.exec) && has(h.exec.command)).map(h, h.exec.command.join(' ')).join(' ')).join(' ')) +
(object.kind == 'ConfigMap' && has(object.data) ? object.data.map(k, object.data[k]).filter(v, v.matches('^\\s*[A-Za-z][A-Za-z0-9+.:-]*://\\S*\\s*$')) : []) +
(object.kind.endsWith('WebhookConfiguration') && has(object.webhooks) ? object.webhooks.filter(w, has(w.clientConfig.url)).map(w, w.clientConfig.url) : [])`},
			{"servers", `variables.pods.map(p, has(p.dnsConfig) && has(p.dnsConfig.nameservers) ? p.dnsConfig.nameservers.filter(n, !(n in variables.inside.hosts)).join(' ') : '').filter(t, t != '')`},
			// What is a name of the cluster without them is one below them with them.
			{"searched", `variables.pods.map(p, has(p.dnsConfig) && has(p.dnsConfig.searches) ? p.dnsConfig.searches.filter(s, !s.lowerAscii().matches('^([a-z0-9-]+\\.)*(svc\\.)?cluster\\.local\\.?$') &&
  ![s.lowerAscii().find('^.*[^.]')].exists(d, variables.inside.hosts.exists(a, a.startsWith('*.') && ('.' + d).endsWith(a.substring(1))))).join(' ') : '').filter(t, t != '')`},
			// The node mounts and probes, on its own network, where no policy of pods counts.
			{"mounted", CEL(`variables.pods.map(p, has(p.volumes) ? p.volumes.filter(v, has(v.nfs)).map(v, v.nfs.server) + p.volumes.filter(v, has(v.iscsi)).map(v, v.iscsi.targetPortal) +
  p.volumes.filter(v, has(v.csi) && has(v.csi.volumeAttributes) && 'server' in v.csi.volumeAttributes).map(v, v.csi.volumeAttributes['server']) +
  p.volumes.filter(v, has(v.csi) && has(v.csi.volumeAttributes) && 'source' in v.csi.volumeAttributes && v.csi.volumeAttributes['source'].startsWith('//')).map(v, v.csi.volumeAttributes['source'].split('/')[2]) : []).map(l, ` + foreign("l") + `.join(' ')).filter(t, t != '')`)},
			{"asked", `variables.handlers.map(g, g.map(c, c.filter(h, has(h.httpGet) && has(h.httpGet.host)).map(h, h.httpGet.host) + c.filter(h, has(h.tcpSocket) && has(h.tcpSocket.host)).map(h, h.tcpSocket.host)))`},
			{"probed", CEL(`variables.asked.map(g, g.map(l, ` + foreign("l") + `.join(' ')).filter(t, t != '').join(' ')).filter(t, t != '')`)},
			// A name that the perimeter knows may not come to mean another address, and one
			// of the cluster no address of the world.
			{"aliases", CEL(`variables.pods.map(p, has(p.hostAliases) ? p.hostAliases.filter(a, !(a.ip in variables.inside.hosts) && (!a.ip.matches('` + private + `') ||
  has(a.hostnames) && a.hostnames.exists(h, ` + named("h.lowerAscii()") + `))).map(a, a.ip).join(' ') : '').filter(t, t != '')`)},
			{"strangers", CEL(`variables.texts.map(t, ` + calls("t") + `.join(' ')).filter(t, t != '')`)},
		},
		Validations: []Validation{
			refusal("variables.strangers", "addresses of hosts that no flow of the perimeter leads to (EGR-007)"),
			refusal("variables.mounted", "volumes of hosts that no flow of the perimeter leads to (LOC-013)"),
			refusal("variables.probed", "probes of hosts that no flow of the perimeter leads to (EGR-007)"),
			refusal("variables.aliases", "other addresses for names, by hostAliases (EGR-007)"),
			refusal("variables.searched", "domains that names are searched in, below which no flow of the perimeter leads (EGR-007)"),
			refusal("variables.servers", "name servers that no flow of the perimeter leads to (EGR-005)"),
		},
	}
}

// models refuses models that are served from a hub, a bucket or a host outside.
func models(in *inside) Policy {
	return Policy{
		Name: "models", About: []string{"No model is served from a hub or a host outside: a volume of the cluster, an image of a registry inside, or a host that a flow of the perimeter leads to.", "A bucket (s3://, gs://) names no place, and is refused."},
		Holds: []graph.RuleID{"MDL-004", "MDL-005"},
		Resources: []Resources{{"serving.kserve.io", []string{"inferenceservices", "llminferenceservices", "llminferenceserviceconfigs", "trainedmodels", "localmodelcaches", "clusterlocalmodelcaches"},
			[]string{"InferenceService", "LLMInferenceService", "LLMInferenceServiceConfig", "TrainedModel", "LocalModelCache", "ClusterLocalModelCache"}}},
		Conditions: []Named{changed}, Inside: in.lists("hosts", "registries"),
		Variables: []Named{
			{"parts", `has(object.spec) ? [object.spec] + object.spec.filter(k, type(object.spec[k]) == map).map(k, object.spec[k]) : []`},
			{"uris", `variables.parts.map(p, p.filter(k, k in ['uri', 'storageUri', 'sourceModelUri'] && type(p[k]) == string).map(k, p[k]) +
  p.filter(k, type(p[k]) == map && has(p[k].storageUri)).map(k, p[k].storageUri) +
  (has(p.lora) && has(p.lora.adapters) ? p.lora.adapters.filter(a, has(a.uri)).map(a, a.uri) : []) +
  p.filter(k, type(p[k]) == map && has(p[k].storage)).map(k, 'a storage that a secret names'))`},
			{"strangers", CEL(`variables.uris.map(l, l.filter(u, !(u.startsWith('pvc://') ||
  u.startsWith('oci://') && [u.substring(6).split('/')[0].lowerAscii()].exists(h, variables.inside.registries.exists(r, h == r || h.split(':')[0] == r || h.split(':')[0].endsWith('.' + r))) ||
  u.matches('^(?i)https?://') && ` + calls("u") + `.size() == 0)).join(' ')).filter(t, t != '')`)},
		},
		Validations: []Validation{refusal("variables.strangers", "models from places that the perimeter does not name (MDL-004, MDL-005)")},
	}
}

// labels refuses namespaces that say to hold data which may not be here.
func labels(in *inside) Policy {
	return Policy{
		Name: "labels", About: []string{"No namespace says to hold data that these guardrails are not for. One that says nothing is held as if it had all of it."},
		Holds: []graph.RuleID{"FLW-001"},
		// The other two are ways to labels. A namespace that goes is finalized as it is.
		Resources:  []Resources{{"", []string{"namespaces", "namespaces/finalize", "namespaces/status"}, []string{"Namespace"}}},
		Conditions: []Named{{"changed", "oldObject == null || !has(oldObject.metadata) || !has(object.metadata.labels) || !has(oldObject.metadata.labels) || object.metadata.labels != oldObject.metadata.labels"}},
		Inside:     in.lists("classes"),
		Variables: []Named{{"named", `has(object.metadata.labels) && '` + DataLabel + `' in object.metadata.labels ? object.metadata.labels['` + DataLabel + `'].split('.') : []`},
			{"strangers", `variables.named.filter(c, !(c in variables.inside.classes))`}},
		Validations: []Validation{refusal("variables.strangers", "classes of data that may not be here (FLW-001)")},
	}
}

// DataLabel says which classes of data a namespace holds, joined by dots.
const DataLabel = "bailiwick.dev/data"
