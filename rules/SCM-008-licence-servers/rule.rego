# METADATA
# title: Nothing asks outside whether it may run
# description: >-
#   Software that asks a licence server, an activation or a service of feature flags stops, or changes what it does, when the answer stays away or is refused. Whoever answers is inside by place and operator, or the software carries its licence with it. How long it runs without an answer is not asked.
# custom:
#   id: SCM-008
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_4_09, C3A_SOV_4_10, C3A_SOV_5_04]
#   kinds: ["*", upstream, step]
#   remedy: >-
#     Use an offline licence, or a licence server or flag service that you run; bailiwick where PACKAGE names the switches.
package bailiwick.rules.scm_008

import data.bailiwick.lib

does := "asks whether it may run, or what it may do, at"

results contains lib.fetched(i, does) if {
	some i, t in input.targets
	t.purpose == "licence"
}
