package admission

// workloads are the kinds that run images: pods, and the templates of those that
// make pods. What other kinds make is asked as the pods that come of it.
func workloads() []Resources {
	return []Resources{
		{"", []string{"pods", "pods/ephemeralcontainers", "replicationcontrollers", "podtemplates"}, []string{"Pod", "ReplicationController", "PodTemplate"}},
		{"apps", []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}},
		{"batch", []string{"jobs", "cronjobs"}, []string{"Job", "CronJob"}},
		{"serving.kserve.io", []string{"inferenceservices"}, []string{"InferenceService"}},
	}
}

// changed leaves alone what is not changed: an object that was there before the
// policy may still lose a finalizer, or be deleted in steps.
var changed = Named{"changed", "oldObject == null || !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec"}

// pods are the specifications of pods that an object has: one or none, but for an
// InferenceService, which may have several.
var pods = Named{"pods", `object.kind == 'Pod' ? [object.spec] :
object.kind == 'PodTemplate' ? (has(object.template) && has(object.template.spec) ? [object.template.spec] : []) :
object.kind == 'CronJob' ? [object.spec.jobTemplate.spec.template.spec] :
object.kind == 'InferenceService' ?
  ['predictor', 'transformer', 'explainer'].filter(part, has(object.spec) && part in object.spec).map(part, object.spec[part]) :
has(object.spec.template) && has(object.spec.template.spec) ? [object.spec.template.spec] : []`}

// groups are the containers by where they stand: ordinary, init and ephemeral ones,
// and the models of an InferenceService, which are containers by their fields.
var groups = Named{"groups", `variables.pods.map(p, has(p.containers) ? p.containers : []) +
variables.pods.map(p, has(p.initContainers) ? p.initContainers : []) +
variables.pods.map(p, has(p.ephemeralContainers) ? p.ephemeralContainers : []) +
(object.kind == 'InferenceService' ? variables.pods.map(p, p.filter(k, type(p[k]) == map).map(k, p[k])) : [])`}
