# METADATA
# title: The provider asks before it reaches in
# description: >-
#   Access of the provider's staff needs an approval of the customer, and is logged.
# custom:
#   id: SUP-001
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_04, CADA_ANNEX2_H, GAIAX_P5_2_1, DORA_ART_30_3_E]
#   kinds: [account]
#   advisory: true
#   remedy: >-
#     Enrol all services in access approval at the organisation, or switch the customer lockbox on.
package bailiwick.rules.sup_001

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("access_approval", true, "lets the provider's staff reach in without asking", "whether the provider's staff must ask before they reach in")
}
