# METADATA
# title: Logs cannot be changed
# description: >-
#   A store that others write their logs to, or a vault of backups, cannot be emptied before its time.
# custom:
#   id: LOG-007
#   severity: medium
#   basis: requirement
#   requirements: [GDPR_ART_5_2]
#   also: [AIA_ART_18]
#   kinds: [log-store, object-store]
#   owned: true
#   remedy: >-
#     Lock the store: object lock, a locked retention policy, an immutability policy.
package bailiwick.rules.log_007

import data.bailiwick.lib

asked if input.kind == "log-store"

asked if "logs" in input.receives

results contains r if {
	asked
	r := lib.wanted("immutable", true, "keeps logs that can be changed or deleted", "whether its logs can be changed or deleted")
}
