# METADATA
# title: Stores delete what has had its time
# description: >-
#   Where a data class has a retention, a rule of the store deletes by then. Log stores are for LOG-006.
# custom:
#   id: FLW-011
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_5_1_E, GDPR_ART_17]
#   kinds: [object-store, database, warehouse, cache, search-index, queue, stream, registry, backup]
#   owned: true
#   remedy: >-
#     Set a lifecycle rule, an expiry or a time to live of at most the retention of the data class.
package bailiwick.rules.flw_011

import data.bailiwick.lib

results contains {"status": "fail", "about": ["setting:retention_days"], "message": sprintf("keeps what it holds %s, longer than the %d days of the data class", [lib.kept_words, input.limits.retention_days])} if {
	lib.kept_too_long
}

results contains {"status": "undecided", "about": ["setting:retention_days"], "message": "how long it keeps what it holds is not established: {why}"} if {
	input.limits.retention_days > 0
	input.settings.retention_days.known == false
}

results contains {"status": "pass", "about": ["setting:retention_days"]} if {
	lib.kept_in_time
}
