# METADATA
# title: Workloads with classified data cannot connect to anywhere
# description: >-
#   Without a policy that selects it, a pod may connect to any address. Asked for confidential and secret data.
# custom:
#   id: EGR-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_25_2, C3A_SOV_4_08]
#   kinds: [compute, function, training, notebook, model-endpoint, pipeline]
#   owned: true
#   remedy: >-
#     Write a NetworkPolicy with an empty podSelector and policyTypes [Egress] in the namespace, and allow named
#     destinations.
package bailiwick.rules.egr_001

import data.bailiwick.lib

asked if {
	lib.confidential
	input.settings.egress_closed
}

open if input.settings.open_egress.value == true

# unseen holds where a policy closes all but what another one opens, and nobody
# knows what that is.
unseen if {
	input.settings.egress_closed.value == true
	input.settings.open_egress.known == false
}

results contains {
	"status": "fail",
	"about": ["setting:open_egress"],
	"message": "may connect to any address: a policy lets it",
} if {
	asked
	open
}

results contains {
	"status": "undecided",
	"about": ["setting:open_egress"],
	"message": "where it may connect to is not established: {why}",
} if {
	asked
	unseen
}

results contains r if {
	asked
	not open
	not unseen
	r := lib.wanted("egress_closed", true, "may connect to any address: no policy that was read selects it", "whether it may connect to any address")
}
