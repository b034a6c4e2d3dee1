# METADATA
# title: Reading and writing of data is recorded
# description: >-
#   Data-access logs are on for stores of secret data, of special categories, and of high-risk AI systems. Often another tree sets them for the whole account: where nothing here says so, it is listed as undecided.
# custom:
#   id: LOG-005
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_04, DORA_ART_30_3_E]
#   also: [AIA_ART_12]
#   kinds: [object-store, database, warehouse, key, secret-store, model-registry, search-index]
#   advisory: true
#   owned: true
#   remedy: >-
#     Record data events of the store (CloudTrail data events, DATA_READ and DATA_WRITE, diagnostic settings).
package bailiwick.rules.log_005

import data.bailiwick.lib

asked if input.limits.gdpr == "special"

asked if input.limits.confidentiality == "secret"

asked if lib.high_risk

results contains r if {
	asked
	r := lib.required("access_logged", "does not record who reads and writes", "whether reading and writing is recorded")
}
