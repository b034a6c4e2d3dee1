# METADATA
# title: Nobody outside is let in by the policy of a key
# description: >-
#   The policy of a key names principals of the own organisation and services of the provider. An account of somebody else counts when a document says whose it is.
# custom:
#   id: KEY-005
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, NIS2_ART_21_2_I, C3A_SOV_3_02]
#   kinds: [key]
#   remedy: >-
#     Name only principals of your own organisation, and state under evidence: in the perimeter whose any other account is.
package bailiwick.rules.key_005

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("outsiders", false, "is open to principals outside of the own organisation", "whom its policy lets in")
}

results contains r if {
	some i, t in input.targets
	t.purpose == "delegate"
	r := lib.party(i, "can be used by")
}
