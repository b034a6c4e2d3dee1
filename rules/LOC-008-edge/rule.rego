# METADATA
# title: Global services in the data path end TLS inside
# description: >-
#   A content delivery network or a global load balancer ends TLS at the edge next to the client, wherever that is. For data that is public or internal this is only counted.
# custom:
#   id: LOC-008
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_32, GDPR_ART_5_2, EUCSF_SOV_3]
#   also: [GDPR_ART_44]
#   kinds: [cdn, load-balancer, api-gateway, messaging, object-store, identity, function, model-endpoint, ai-service]
#   remedy: >-
#     Use a regional load balancer or a CDN whose TLS termination and cache are restricted to the perimeter, or keep classified data off it.
package bailiwick.rules.loc_008

import data.bailiwick.lib

edges := array.concat(lib.at({"edge"}), [i | some i in lib.own; exposed(input.places[i])])

# A regional load balancer or gateway is judged by LOC-001, and so is a store
# that has no region; of a store only its edge counts here.
exposed(_) if input.kind == "cdn"

exposed(p) if {
	input.kind in {"load-balancer", "api-gateway", "messaging"}
	"*" in p.countries
}

results contains r if {
	lib.confidential
	r := lib.judge(edges, "ends TLS and serves from")
}

results contains {"status": "pass", "places": edges} if {
	not lib.confidential
	count(edges) > 0
}
