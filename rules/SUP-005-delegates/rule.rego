# METADATA
# title: Whoever may administer it is allowed
# description: >-
#   Roles and delegations that let somebody else in: each account, tenant or domain resolves to an entity that the perimeter allows, by a document.
# custom:
#   id: SUP-005
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_28_2, CADA_ANNEX2_H, DORA_ART_29_2]
#   kinds: [guard, identity, account]
#   remedy: >-
#     Remove the trust, or state under evidence: in the perimeter whose account it is.
package bailiwick.rules.sup_005

import data.bailiwick.lib

results contains r if {
	some i, t in input.targets
	t.purpose == "delegate"
	r := lib.party(i, "may be administered by")
}
