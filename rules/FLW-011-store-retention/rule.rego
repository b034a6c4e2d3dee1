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
#   remedy: >-
#     Set a lifecycle rule, an expiry or a time to live of at most the retention of the data class.
package bailiwick.rules.flw_011

import data.bailiwick.lib

days := input.settings.retention_days.value if input.settings.retention_days.known

asked if input.limits.retention_days > 0

results contains {"status": "fail", "about": ["setting:retention_days"], "message": sprintf("keeps what it holds %s, longer than the %d days of the data class", [words, input.limits.retention_days])} if {
	asked
	too_long
}

too_long if days == 0

too_long if days > input.limits.retention_days

words := "for ever" if days == 0

else := sprintf("%v days", [days])

results contains {"status": "undecided", "about": ["setting:retention_days"], "message": "how long it keeps what it holds is not established: {why}"} if {
	asked
	input.settings.retention_days.known == false
}

results contains {"status": "pass", "about": ["setting:retention_days"]} if {
	asked
	days > 0
	days <= input.limits.retention_days
}
