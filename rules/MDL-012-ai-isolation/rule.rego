# METADATA
# title: AI services cannot open connections of their own
# description: >-
#   Training, notebooks and endpoints reach only what was approved. Asked for confidential and secret data.
# custom:
#   id: MDL-012
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, C3A_SOV_4_08]
#   also: [AIA_ART_15]
#   kinds: [model-endpoint, ai-service, notebook, training]
#   owned: true
#   remedy: >-
#     Isolate the network of the model, domain or workspace (enable_network_isolation, VpcOnly, AllowOnlyApprovedOutbound, no public address).
package bailiwick.rules.mdl_012

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("network_isolated", true, "can open connections to the internet", "whether it can open connections to the internet")
}
