# METADATA
# title: A key of the customer is named, or one of a holder that the perimeter names
# description: >-
#   Asked where a bound class has limits on keys. A key of the customer, or of a provider that the perimeter names as a holder; the default key of any other provider does not count. Whether the provider can use a key of the customer is for KEY-002.
# custom:
#   id: KEY-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, SNC_10_1]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, log-store, state, model-endpoint, ai-service, notebook, training, analytics, compute]
#   owned: true
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

# Whether it will do is open when the key, or the provider, is not known enough.
open if {
	not held
	input.custody.known == false
}

open if {
	not held
	input.custody.answer == "unsure"
	input.custody.protection != "none"
}

results contains {
	"status": "fail",
	"about": ["custody"],
	"message": words,
} if {
	input.limits.keys
	input.custody
	not held
	not open
}

words := "is not encrypted with a key of the customer, and not by default" if {
	input.custody.protection == "none"
} else := "is encrypted with a key of the provider, which the perimeter does not name as a holder"

results contains {
	"status": "undecided",
	"about": ["custody"],
	"message": "whether its key is one that the perimeter names is not established: {why}",
} if {
	input.limits.keys
	open
}

results contains {"status": "pass", "about": ["custody"]} if {
	input.limits.keys
	held
}
