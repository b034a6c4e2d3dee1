# METADATA
# title: Data at rest is under a key that the perimeter names
# description: >-
#   Asked where a bound class has limits on keys. A key of the customer, or of a provider that the perimeter names as a holder; the default key of any other provider does not count.
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

# A key of the provider will do where the perimeter names the provider as a
# holder; no key will not.
held if input.custody.named

held if {
	input.custody.answer == "inside"
	input.custody.protection != "none"
}

results contains {
	"status": "fail",
	"about": ["custody"],
	"message": words,
} if {
	input.limits.keys
	input.custody.known
	not held
}

words := "is not encrypted with a key of the customer, and not by default" if {
	input.custody.protection == "none"
} else := "is encrypted with a key of the provider, which the perimeter does not name as a holder"

results contains {
	"status": "undecided",
	"about": ["custody"],
	"message": "whether a key of the customer is used is not established: {why}",
} if {
	input.limits.keys
	input.custody.known == false
	not held
}

results contains {"status": "pass", "about": ["custody"]} if {
	input.limits.keys
	held
}
