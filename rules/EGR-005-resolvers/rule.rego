# METADATA
# title: Names are resolved inside
# description: >-
#   Who resolves names sees who is called. The resolvers that a cluster or a pod is told to ask.
# custom:
#   id: EGR-005
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, GDPR_ART_5_1_F]
#   kinds: ["*"]
#   remedy: >-
#     Forward to resolvers of your own or inside the perimeter.
package bailiwick.rules.egr_005

import data.bailiwick.lib

results contains lib.destination(i, "asks for names at") if {
	some i, t in input.targets
	t.purpose == "dns"
}
