package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const (
	regionLabel = "topology.kubernetes.io/region"
	zoneLabel   = "topology.kubernetes.io/zone"
)

// volumeZones are the labels of storage drivers for zones, beside the common one.
var volumeZones = []string{zoneLabel, "topology.gke.io/zone", "topology.ebs.csi.aws.com/zone", "topology.disk.csi.azure.com/zone", "topology.cinder.csi.openstack.org/zone"}

// inZone is the expression that a value is a zone of a region inside: its code and
// what providers write after it.
func inZone(v string) string {
	return fmt.Sprintf(`variables.inside.regions.exists(r, %[1]s.startsWith(r) && %[1]s.substring(r.size()).matches('^([a-z]|-[a-z]|-[0-9]{1,2}|-dc[0-9]+)$'))`, v)
}

// asked is the expression that a list of label requirements, all of which must
// hold, asks for places inside. Its elements are e, with what more they need.
func asked(list, more string, zones ...string) string {
	return fmt.Sprintf(`%s.exists(e, %shas(e.values) && e.values.size() > 0 && (e.key == '%s' && e.values.all(v, v in variables.inside.regions) || e.key in ['%s'] && e.values.all(v, %s)))`,
		list, more, regionLabel, strings.Join(zones, "', '"), inZone("v"))
}

// terms is the expression that each of a list of node selector terms, of which one
// must hold, asks for places inside.
func terms(list string, zones ...string) string {
	return fmt.Sprintf(`%[1]s.size() > 0 && %[1]s.all(t, has(t.matchExpressions) && %[2]s)`, list, asked("t.matchExpressions", "e.operator == 'In' && ", zones...))
}

// places refuses pods that may run anywhere. A pod that names its node by itself is
// refused by that node's kubelet when it asks for another region.
func places(in *inside) Policy {
	affinity := "p.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
	return Policy{
		Name:  "places",
		About: []string{"Every pod asks for a region inside, so that a cluster which gets nodes elsewhere does not run it there."},
		Holds: []graph.RuleID{"LOC-013"}, Resources: workloads(), Conditions: []Named{changed}, Inside: in.lists("regions"),
		Variables: []Named{pods},
		Validations: []Validation{{
			Expression: expr(`variables.pods.all(p,
  has(p.nodeSelector) && '%[1]s' in p.nodeSelector && p.nodeSelector['%[1]s'] in variables.inside.regions ||
  has(p.nodeSelector) && '%[2]s' in p.nodeSelector && %[3]s ||
  has(p.affinity) && has(p.affinity.nodeAffinity) && has(%[4]s) &&
    %[5]s)`,
				regionLabel, zoneLabel, inZone("p.nodeSelector['"+zoneLabel+"']"), affinity, terms(affinity+".nodeSelectorTerms", zoneLabel)),
			Message: "a pod asks for a region inside the perimeter, by nodeSelector or a required nodeAffinity on " + regionLabel + " (LOC-013)",
		}},
	}
}

// volumes refuses volumes and classes of volumes that may lie anywhere.
func volumes(in *inside) Policy {
	return Policy{
		Name:  "volumes",
		About: []string{"Every volume lies in a region inside, and every storage class makes them there only; a volume of the network is of a host that the perimeter's flows lead to."},
		Holds: []graph.RuleID{"LOC-013"},
		Resources: []Resources{
			{"", []string{"persistentvolumes"}, []string{"PersistentVolume"}},
			{"storage.k8s.io", []string{"storageclasses"}, []string{"StorageClass"}},
		},
		Conditions: []Named{changed}, Inside: in.lists("regions", "hosts"),
		Variables: []Named{{"servers", `object.kind != 'PersistentVolume' ? [] : (has(object.spec.nfs) ? [object.spec.nfs.server] : []) +
(has(object.spec.iscsi) ? [object.spec.iscsi.targetPortal] : []) + (has(object.spec.cephfs) ? object.spec.cephfs.monitors : [])`},
			// Drivers of NFS are told a server, those of SMB //host/share.
			{"attributes", `object.kind == 'PersistentVolume' && has(object.spec.csi) && has(object.spec.csi.volumeAttributes) ? object.spec.csi.volumeAttributes : {}`},
			{"told", `('server' in variables.attributes ? [variables.attributes['server']] : []) +
('source' in variables.attributes && variables.attributes['source'].startsWith('//') ? [variables.attributes['source'].split('/')[2]] : [])`}},
		Validations: []Validation{
			{
				Expression: expr(`object.kind != 'StorageClass' || has(object.allowedTopologies) && object.allowedTopologies.size() > 0 &&
object.allowedTopologies.all(t, has(t.matchLabelExpressions) && %s)`, asked("t.matchLabelExpressions", "", volumeZones...)),
				Message: "a storage class names regions or zones inside the perimeter in allowedTopologies (LOC-013)",
			},
			{
				Expression: expr(`object.kind != 'PersistentVolume' || variables.servers.size() > 0 || has(object.spec.nodeAffinity) && has(object.spec.nodeAffinity.required) &&
%s`, terms("object.spec.nodeAffinity.required.nodeSelectorTerms", volumeZones...)),
				Message: "a volume names a region or zone inside the perimeter in its nodeAffinity (LOC-013)",
			},
			refusal(foreign("(variables.servers + variables.told)"), "volumes of hosts that no flow of the perimeter leads to (LOC-013)"),
		},
	}
}

// nodes refuses nodes outside, and those that would pass for ones inside.
func nodes(in *inside) Policy {
	label := func(l string) CEL {
		return expr(`has(object.metadata.labels) && '%[1]s' in object.metadata.labels ? object.metadata.labels['%[1]s'] : ''`, l)
	}
	var known []string
	for _, s := range schemes {
		known = append(known, s)
	}
	slices.Sort(known)
	return Policy{
		Name: "nodes",
		About: []string{
			"No node joins that says to be in a region outside, and none changes the region that it once said.",
			"A code may mean different places at different providers (eu-west-2 is London at one and Paris at another): where it does, the node's providerID decides.",
		},
		Holds: []graph.RuleID{"LOC-001", "LOC-003", "LOC-013"},
		// The status of a node is a way to its labels too.
		Resources: []Resources{{"", []string{"nodes", "nodes/status"}, []string{"Node"}}},
		Inside:    in.lists("nodes", "regions", "settled"),
		Variables: []Named{
			{"region", label(regionLabel)},
			{"zone", label(zoneLabel)},
			{"scheme", `has(object.spec.providerID) ? object.spec.providerID.split('://')[0] : ''`},
		},
		Validations: []Validation{
			{
				Expression: expr(`variables.region == '' || (variables.scheme in ['%s'] ? (variables.scheme + ' ' + variables.region) in variables.inside.nodes : variables.region in variables.inside.settled)`,
					strings.Join(known, "', '")),
				Message: "a node is in a region inside the perimeter (LOC-001)",
			},
			{
				Expression: expr(`!(%s) || variables.region != '' && variables.zone.startsWith(variables.region)`, inZone("variables.zone")),
				Message:    "a node's zone lies in its region (LOC-013)",
			},
			{
				Expression: expr(`oldObject == null || !has(oldObject.metadata) || !has(oldObject.metadata.labels) || !('%[1]s' in oldObject.metadata.labels) || oldObject.metadata.labels['%[1]s'] == variables.region`, regionLabel),
				Message:    "a node keeps the region that it said first (LOC-013)",
			},
		},
	}
}

// machines refuses pods whose memory the host can read.
func machines() Policy {
	return Policy{
		Name: "machines", About: []string{"Every pod runs in a confidential container: the perimeter asks that data is protected while it is in use."},
		Holds: []graph.RuleID{"TEE-002"}, Resources: workloads(), Conditions: []Named{changed}, Variables: []Named{pods},
		Validations: []Validation{{
			Expression: `variables.pods.all(p, has(p.runtimeClassName) && p.runtimeClassName.matches('(?i)(^|-)(snp|sev|tdx|se|cca|coco|cc)(-|$)'))`,
			Message:    "a pod names a runtimeClassName of confidential containers (TEE-002)",
		}},
	}
}
