# METADATA
# title: Infrastructure state is inside
# description: >-
#   The state of Terraform and OpenTofu holds every attribute of every resource, passwords included.
# custom:
#   id: LOC-016
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_32, SNC_19_2, C3A_SOV_6_01]
#   also: [GDPR_ART_44]
#   kinds: [state]
#   owned: true
#   remedy: >-
#     Keep the state in a backend inside the perimeter, encrypted; state holds secrets and personal data in clear text.
package bailiwick.rules.loc_016

import data.bailiwick.lib

results contains r if {
	input.kind == "state"
	r := lib.judge(lib.own, "is kept in")
}
