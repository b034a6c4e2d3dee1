# METADATA
# title: Certificates come from an allowed authority
# description: >-
#   Whoever issues the certificates of a service can revoke them, and can issue others. Who runs DNS and content networks is judged with every other operator by OPR-002.
# custom:
#   id: OPR-007
#   severity: medium
#   basis: perimeter
#   requirements: [SNC_10_6, EUCSF_SOV_2, C3A_SOV_5_03]
#   kinds: ["*", guard]
#   remedy: >-
#     Have certificates issued by an authority of the perimeter (upload them, or name its ACME server).
package bailiwick.rules.opr_007

import data.bailiwick.lib

results contains r if {
	some i, t in input.targets
	t.purpose == "issuer"
	r := lib.party(i, "has its certificates issued by")
}
