# METADATA
# title: The mesh does not send traffic out when a place fails
# description: >-
#   Where a mesh sends traffic when a place fails, or by weights, and where the endpoints of its services are.
# custom:
#   id: LOC-015
#   severity: high
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, EUCSF_SOV_3]
#   also: [GDPR_ART_44]
#   kinds: [network, network-link, guard]
#   remedy: >-
#     Name regions inside the perimeter only, and leave other clusters out of the mesh.
package bailiwick.rules.loc_015

import data.bailiwick.lib

results contains lib.judge(lib.at({"failover", "peer"}), "sends traffic to") if {
	input.provider == "kubernetes"
}
