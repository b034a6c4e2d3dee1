# METADATA
# title: The organisation keeps resources in the perimeter
# description: >-
#   A guard on the accounts, folders and management groups refuses resources elsewhere, and its list of regions is no longer than the perimeter. Where what is above an account is not in the tree, it is listed as undecided.
# custom:
#   id: LOC-003
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_25_1, C3A_SOV_3_01, CADA_ANNEX2_B, SNC_19_2, NIS2_ART_21_2_A]
#   also: [GDPR_ART_44]
#   kinds: [guard, account]
#   advisory: true
#   remedy: >-
#     Attach a policy to the organisation that refuses regions outside the perimeter (a service control policy on aws:RequestedRegion, the allowed-locations initiative, gcp.resourceLocations), with a list of the perimeter.
package bailiwick.rules.loc_003

import data.bailiwick.lib

results contains lib.judge(lib.at({"permits"}), "lets resources be in")

results contains r if {
	input.kind == "account"
	r := lib.wanted("region_guard", true, "is not kept in regions of the perimeter by any guard", "whether a guard keeps it in regions of the perimeter")
}
