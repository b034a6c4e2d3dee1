# Manifests of Kubernetes: one object, a List, what Conftest combines, or what an
# API server asks (AdmissionReview).
package bailiwick.kubernetes

import data.bailiwick.lib
import data.bailiwick.perimeter

candidates contains input

candidates contains input.request.object

candidates contains o if some o in input.items

candidates contains part.contents if some part in input

candidates contains o if {
	some part in input
	some o in part.contents.items
}

objects contains o if {
	some o in candidates
	is_string(o.apiVersion)
	is_string(o.kind)
	not o.items
	not o.kind == "AdmissionReview"
}

# name is what an object is called; one that is to be named has the beginning of it.
name(o) := sprintf("%s/%s", [o.kind, object.get(o, ["metadata", "name"], sprintf("%s…", [object.get(o, ["metadata", "generateName"], "")]))])

# containers are those of a pod, wherever in an object one is: what it starts, what
# starts before, and what somebody adds later to look into it.
containers(o) := {c |
	walk(o, [path, c])
	count(path) > 1
	path[count(path) - 2] in {"containers", "ephemeralContainers", "initContainers"}
	is_object(c)
}

deny contains sprintf("%s: %s", [name(o), why]) if {
	some o in objects
	some c in containers(o)
	some why in lib.image(object.get(c, "image", ""))
}

# Volumes and other objects name images too: those of OCI, of functions, of models.
deny contains sprintf("%s: %s", [name(o), why]) if {
	some o in objects
	walk(o, [path, ref])
	is_string(ref)
	array.slice(path, count(path) - 2, count(path)) in {["image", "reference"], ["spec", "image"]}
	some why in lib.image(ref)
}

# Places: where pods and volumes must be, by the labels of nodes.
labels := {"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone"}

places(o) := {v |
	walk(o, [path, v])
	is_string(v)
	lib.key(path) in labels
} | {v |
	walk(o, [_, e])
	e.key in labels
	some v in array.concat(object.get(e, "values", []), object.get(e, "value", []))
}

deny contains sprintf("%s: %s is in no cloud that is inside %s (LOC-001)", [name(o), place, perimeter.inside]) if {
	some o in objects
	some place in places(o)
	not anywhere(place)
}

anywhere(place) if {
	some cloud in perimeter.clouds
	cloud.open
	lib.inside(cloud, place)
}

# Hosts: what programs are told to call, and doors that lead out of the cluster.
deny contains sprintf("%s: %s", [name(o), why]) if {
	some o in objects
	some c in containers(o)
	some text in told(c)
	some why in lib.sends(text)
}

told(c) := ({e.value | some e in c.env; is_string(e.value)} | {a | some a in c.args; is_string(a)}) | {a | some a in c.command; is_string(a)}

deny contains sprintf("%s: %s", [name(o), why]) if {
	some o in objects
	o.kind == "ConfigMap"
	some text in o.data
	some why in lib.sends(text)
}

deny contains sprintf("%s: %s is no host that the perimeter lets data flow to (EGR-004)", [name(o), host]) if {
	some o in objects
	some host in doors(o)
	not lib.stays(host)
	not lib.reachable(host)
}

doors(o) := {trim_suffix(lower(o.spec.externalName), ".")} if o.kind == "Service"

doors(o) := {trim_suffix(lower(h), ".") | some h in o.spec.hosts} if {
	o.kind == "ServiceEntry"
	object.get(o, ["spec", "location"], "MESH_EXTERNAL") == "MESH_EXTERNAL"
}
