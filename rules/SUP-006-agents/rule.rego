# METADATA
# title: Nothing in the cluster opens a way in for others
# description: >-
#   Agents that connect to a service of somebody else, through which the cluster or the machine can then be
#   reached or administered.
# custom:
#   id: SUP-006
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_02, C3A_SOV_4_09, CADA_ANNEX2_I]
#   kinds: ["*"]
#   remedy: >-
#     Take the agent out, or run the service that it connects to inside the perimeter.
package bailiwick.rules.sup_006

import data.bailiwick.lib

results contains lib.party(i, "opens a way in from") if {
	some i, t in input.targets
	t.purpose == "tunnel"
}
