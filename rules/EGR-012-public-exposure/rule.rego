# METADATA
# title: Stores and AI endpoints are not public
# description: >-
#   What anyone on the internet can reach or read has left every perimeter. Not asked where all bound classes are public.
# custom:
#   id: EGR-012
#   severity: medium
#   basis: requirement
#   requirements: [GDPR_ART_25_2, GDPR_ART_32]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, model-endpoint, ai-service, notebook, training, function, cluster, key, log-store]
#   remedy: >-
#     Turn public access off and reach it through a private endpoint, or waive it with a reason.
package bailiwick.rules.egr_012

import data.bailiwick.lib

asked if input.limits.confidentiality != "public"

results contains {
	"status": "fail",
	"about": ["setting:public"],
	"message": "is open to the internet",
} if {
	asked
	input.settings.public.value == true
	not blocked
}

blocked if input.settings.public_blocked.value == true

results contains {
	"status": "undecided",
	"about": ["setting:public"],
	"message": "whether it is public is not established: {why}",
} if {
	asked
	input.settings.public.known == false
	not blocked
}

results contains {"status": "pass", "about": ["setting:public"]} if {
	asked
	closed
}

closed if input.settings.public.value == false

closed if {
	input.settings.public
	blocked
}
