# METADATA
# title: Containers protect data in use
# description: >-
#   Where a bound class asks for protection in use, pods run in a runtime class of confidential containers.
#   Whether the node itself is confidential, the pod does not say.
# custom:
#   id: TEE-002
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_3]
#   kinds: [compute, training, notebook, model-endpoint, function]
#   remedy: >-
#     Run it with a runtime class such as kata-qemu-snp or kata-qemu-tdx, and attest what starts.
package bailiwick.rules.tee_002

import data.bailiwick.lib

results contains r if {
	input.provider == "kubernetes"
	input.limits.in_use
	r := lib.required("confidential", "runs in a runtime class that does not protect memory", "whether memory is protected from whoever runs the node")
}
