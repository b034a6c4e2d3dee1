# METADATA
# title: Data at rest is under a key of the customer
# description: >-
#   Asked where a bound class has limits on keys. A key reference that is the default key of the provider does not count.
# custom:
#   id: KEY-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, SNC_10_1]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, log-store, state, model-endpoint, ai-service, notebook, training, analytics, compute]
#   remedy: >-
#     Name a customer-managed key. It gives control over use and destruction; whether the provider can use it is for KEY-002.
package bailiwick.rules.key_001

import data.bailiwick.lib

results contains {
	"status": "fail",
	"about": ["custody"],
	"message": words,
} if {
	input.limits.keys
	not input.custody.named
	input.custody.known
}

words := "is not encrypted with a key of the customer, and not by default" if {
	input.custody.protection == "none"
} else := "is encrypted with a key of the provider"

results contains {
	"status": "undecided",
	"about": ["custody"],
	"message": "whether a key of the customer is used is not established: {why}",
} if {
	input.limits.keys
	not input.custody.named
	not input.custody.known
}

results contains {"status": "pass", "about": ["custody"]} if {
	input.limits.keys
	input.custody.named
}
