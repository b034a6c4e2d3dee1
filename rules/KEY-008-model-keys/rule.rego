# METADATA
# title: Model weights and indexes use own keys
# description: >-
#   Weights and embeddings hold what they were made of. Asked where the data is confidential or secret and its classes have no limits on keys of their own; then KEY-001 and KEY-002 ask.
# custom:
#   id: KEY-008
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, GDPR_ART_32]
#   kinds: [model-endpoint, ai-service, model-registry, search-index, training, notebook]
#   owned: true
#   remedy: >-
#     Name a customer-managed key for the model, endpoint or index.
package bailiwick.rules.key_008

import data.bailiwick.lib

asked if {
	lib.confidential
	not input.limits.keys
	input.custody
}

results contains {"status": "fail", "about": ["custody"], "message": "holds models or indexes under a key of the provider"} if {
	asked
	not input.custody.named
	input.custody.known
}

results contains {"status": "undecided", "about": ["custody"], "message": "whether its key is one of the customer is not established: {why}"} if {
	asked
	not input.custody.named
	not input.custody.known
}

results contains {"status": "pass", "about": ["custody"]} if {
	asked
	input.custody.named
}
