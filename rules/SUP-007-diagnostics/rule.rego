# METADATA
# title: Diagnostic data stays with the customer
# description: >-
#   Dumps, samples and diagnostic snapshots that hold content do not go to the provider.
# custom:
#   id: SUP-007
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, EUCSF_SOV_4]
#   kinds: [guard, account, compute, database, cluster]
#   advisory: true
#   remedy: >-
#     Set the constraints on diagnostic data access, and store dumps in an own store.
package bailiwick.rules.sup_007

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("diagnostics", false, "lets the provider take diagnostic data that may hold content", "whether the provider may take diagnostic data")
}
