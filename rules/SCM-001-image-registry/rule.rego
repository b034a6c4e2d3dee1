# METADATA
# title: Images come from registries that are run inside
# description: >-
#   Who runs the registry of an image can change or withhold what a workload starts with.
# custom:
#   id: SCM-001
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_5, C3A_SOV_5_01, CADA_ANNEX2_I]
#   kinds: [compute, function, training, notebook, model-endpoint, pipeline]
#   remedy: >-
#     Mirror images into a registry inside the perimeter and name that.
package bailiwick.rules.scm_001

import data.bailiwick.lib

registries contains i if {
	some i, t in input.targets
	t.purpose == "registry"
	input.provider == "kubernetes"
}

results contains {"status": "pass", "target": i} if {
	some i in registries
	input.targets[i].listed == "inside"
}

results contains lib.party(i, "runs images or models from") if {
	some i in registries
	input.targets[i].listed != "inside"
}
