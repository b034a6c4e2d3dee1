# METADATA
# title: Secrets come from inside
# description: >-
#   The store that an asset reads its secrets from is inside the perimeter and run by an allowed operator.
# custom:
#   id: KEY-010
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_5_03, GDPR_ART_32]
#   kinds: ["*"]
#   remedy: >-
#     Keep the secrets in a store inside the perimeter.
package bailiwick.rules.key_010

import data.bailiwick.lib

results contains r if {
	some i, t in input.targets
	t.purpose == "secrets"
	r := lib.destination(i, "reads secrets from")
}
