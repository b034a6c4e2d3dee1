# METADATA
# title: No direct way out
# description: >-
#   Traffic leaves through a gateway that knows where it may go, not straight to any address: asked for confidential and secret data. A guard that lists where traffic may go lists what is inside.
# custom:
#   id: EGR-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_08, GDPR_ART_32]
#   kinds: [network, cluster, compute, guard]
#   remedy: >-
#     Allow egress to the gateway and to named destinations only.
package bailiwick.rules.egr_003

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("open_egress", false, "lets traffic out to any address", "where it lets traffic out to")
}

results contains lib.destination(i, "lets traffic out to") if {
	input.kind == "guard"
	some i, t in input.targets
	t.purpose == "data"
}
