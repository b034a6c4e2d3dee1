# METADATA
# title: Private links end inside
# description: >-
#   Peerings, transit gateways, VPN and interconnects: the place of the other end, and of the link itself. Of a link whose other end is an address or another network and has no region of its own, who runs that counts as well. Of databases, gateways and pipelines the other end that their configuration names.
# custom:
#   id: EGR-011
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_3]
#   also: [GDPR_ART_44]
#   kinds: [network-link, cdn, api-gateway, database, warehouse, exporter, identity, pipeline]
#   remedy: >-
#     Peer only with networks inside the perimeter.
package bailiwick.rules.egr_011

import data.bailiwick.lib

results contains lib.judge(lib.at({"peer"}), "links to")

# The other end of a link of which no region is read: a gateway by its address, or a
# network by its name.
results contains lib.destination(i, "links to") if {
	input.kind == "network-link"
	count(lib.at({"peer"})) == 0
	some i, t in input.targets
	t.purpose == "peer"
}

# The place of anything else than a link is for LOC-001.
results contains r if {
	input.kind == "network-link"
	r := lib.judge(lib.own, "is in")
}
