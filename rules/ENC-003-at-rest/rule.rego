# METADATA
# title: Data at rest is encrypted
# description: >-
#   With whatever key; whose key it is, is asked where a class has limits on keys (KEY-001, KEY-002), and then judged there.
# custom:
#   id: ENC-003
#   severity: high
#   basis: requirement
#   requirements: [GDPR_ART_32]
#   also: [SNC_10_1]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, log-store, state]
#   owned: true
#   remedy: >-
#     Switch encryption at rest on.
package bailiwick.rules.enc_003

import data.bailiwick.lib

asked if {
	input.custody
	not input.limits.keys
	input.limits.confidentiality != "public"
}

# Where nothing says whose key it would be, no rule on keys asks.
asked if {
	not input.custody
	input.settings.encrypted
	input.limits.confidentiality != "public"
}

# Where encryption is the customer's choice, nothing written means that there is
# none; of other stores their operators say little.
choice := {"block-store", "file-store", "database", "warehouse", "cache", "search-index", "queue", "stream"}

open_at_rest if {
	input.custody.known
	input.custody.protection == "none"
	input.kind in choice
	not input.settings.encrypted
}

open_at_rest if {
	input.settings.encrypted.value == false
	not input.custody.named
}

results contains {"status": "fail", "about": ["custody"], "message": "is not encrypted at rest"} if {
	asked
	open_at_rest
}

results contains {"status": "undecided", "about": ["custody", "setting:encrypted"], "message": "whether it is encrypted at rest is not established: {why}"} if {
	asked
	unsure
}

unsure if {
	input.kind in choice
	input.custody
	not input.custody.known
	not input.custody.named
}

# A switch that is there, and of which nobody knows how it stands.
unsure if {
	input.settings.encrypted.known == false
	not input.custody.named
}

results contains {"status": "pass", "about": ["custody"]} if {
	asked
	encrypted
}

encrypted if input.custody.named

encrypted if {
	input.custody.known
	input.custody.protection != "none"
	not input.settings.encrypted.value == false
	not input.settings.encrypted.known == false
}

encrypted if input.settings.encrypted.value == true
