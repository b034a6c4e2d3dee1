# METADATA
# title: Traffic between workloads is encrypted
# description: >-
#   Workloads take traffic with mutual TLS of the mesh only, or the network encrypts what passes between nodes.
#   Asked for confidential and secret data.
# custom:
#   id: ENC-002
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, NIS2_ART_21_2_H]
#   kinds: [compute, function, training, notebook, model-endpoint, network]
#   owned: true
#   remedy: >-
#     Write a PeerAuthentication with mode STRICT in the root namespace of the mesh, or switch WireGuard or IPsec of
#     the network plugin on.
package bailiwick.rules.enc_002

import data.bailiwick.lib

asked if {
	input.provider == "kubernetes"
	lib.confidential
	input.kind != "network"
}

asked if {
	input.kind == "network"
	input.settings.mtls
}

encrypted if input.settings.mtls.value == true

encrypted if input.settings.node_encrypted.value == true

results contains {"status": "pass"} if {
	asked
	encrypted
}

# perhaps holds where the network may encrypt what the mesh does not.
perhaps if {
	not encrypted
	input.settings.node_encrypted.known == false
}

results contains {
	"status": "undecided",
	"about": ["setting:node_encrypted"],
	"message": "whether traffic between workloads is encrypted is not established: {why}",
} if {
	asked
	perhaps
}

results contains r if {
	asked
	not encrypted
	not perhaps
	r := lib.required("mtls", "takes or sends traffic without TLS", "whether traffic between workloads is encrypted")
}
