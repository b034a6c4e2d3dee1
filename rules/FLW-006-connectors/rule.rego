# METADATA
# title: Connectors send data to places inside
# description: >-
#   Pipelines, exports, vector stores and connectors that copy data somewhere: the destination is inside the perimeter and its operator is allowed. Embeddings inherit the class of their source.
# custom:
#   id: FLW-006
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_5_1_C, EDPB_OP_28_2024]
#   also: [GDPR_ART_44]
#   kinds: ["*", artifact]
#   remedy: >-
#     Send the data to a destination inside the perimeter.
package bailiwick.rules.flw_006

import data.bailiwick.lib

results contains r if {
	some i, t in input.targets
	t.purpose == "data"
	r := lib.destination(i, "sends data to")
}
