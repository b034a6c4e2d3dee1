# METADATA
# title: The place is inside the perimeter
# description: >-
#   Every region resolves to a country that the perimeter allows. Services without a region are for LOC-008, keys for KEY-003, logs for LOG-001, AI for LOC-009 to LOC-012 and MDL-009.
# custom:
#   id: LOC-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2, GDPR_ART_28_3_A, EUCSF_SOV_3, C3A_SOV_3_01, SNC_19_2, C5_PSS_12]
#   also: [GDPR_ART_44]
#   kinds: [unknown, object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, exporter, compute, cluster, function, pipeline, analytics, load-balancer, api-gateway, messaging, identity]
#   remedy: >-
#     Move it to a region inside the perimeter; bailiwick where REGION names the country and the alternatives of the provider.
package bailiwick.rules.loc_001

import data.bailiwick.lib

results contains r if {
	not edge
	not googles_index
	r := lib.judge(lib.own, "is in")
}

# The search indexes of Google are those of Vertex AI, which LOC-011 judges.
googles_index if {
	input.provider == "google"
	input.kind == "search-index"
}

# LOC-008 judges what stands at the edge of the network and has no region.
edge if {
	input.kind in {"load-balancer", "api-gateway", "messaging"}
	some i in lib.own
	"*" in input.places[i].countries
}
