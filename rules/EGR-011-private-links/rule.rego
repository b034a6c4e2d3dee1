# METADATA
# title: Private links end inside
# description: >-
#   Peerings, transit gateways, VPN and interconnects: the place of the other end, and of the link itself.
# custom:
#   id: EGR-011
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_3]
#   kinds: [network-link]
#   remedy: >-
#     Peer only with networks inside the perimeter.
package bailiwick.rules.egr_011

import data.bailiwick.lib

results contains lib.judge(lib.at({"peer"}), "links to")

results contains r if {
	r := lib.judge(lib.own, "is in")
	r.status != "undecided"
}
