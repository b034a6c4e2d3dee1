# METADATA
# title: Nodes record what they are made of
# description: >-
#   The maker of the processors, the product and the driver of accelerators, and the kernel: what node feature discovery and the device plugins write on the nodes of a cluster. Asked of what was read from a running cluster (kubectl get nodes -o json), not of manifests. Firmware, and from where a machine was bought, are in no such record.
# custom:
#   id: SCM-010
#   severity: low
#   basis: perimeter
#   requirements: [C3A_SOV_5_02, EUCSF_SOV_5]
#   kinds: [compute]
#   advisory: true
#   owned: true
#   remedy: >-
#     Install node feature discovery and the feature discovery of the accelerators' maker, and keep the output of kubectl get nodes -o json as the record.
package bailiwick.rules.scm_010

import data.bailiwick.lib

# A running node says its kernel.
running if {
	input.type == "Node"
	input.settings.system
}

accelerated if input.settings.gpus.value == true

said(name) if input.settings[name].known

lacks contains "which product its accelerators are" if {
	accelerated
	not said("gpu")
}

lacks contains "which driver they run" if {
	accelerated
	not said("driver")
}

results contains {"status": "fail", "about": ["setting:gpus"], "message": sprintf("has accelerators, and nothing records %s", [concat(", nor ", sort(lacks))])} if {
	running
	count(lacks) > 0
}

results contains {"status": "undecided", "message": "the maker of its processors is not established: nothing on the node records it"} if {
	running
	count(lacks) == 0
	not said("cpu")
}

results contains {"status": "pass", "about": ["setting:cpu"]} if {
	running
	count(lacks) == 0
	said("cpu")
}
