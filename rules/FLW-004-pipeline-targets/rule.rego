# METADATA
# title: Pipelines and served models take and leave data inside
# description: >-
#   Where pipelines fetch data sets and code from, and which model services they ask.
# custom:
#   id: FLW-004
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_3_01, AIA_ART_12]
#   also: [GDPR_ART_44]
#   kinds: [pipeline, training, notebook, model-endpoint]
#   remedy: >-
#     Bring data sets and code into stores inside the perimeter, and take them from there.
package bailiwick.rules.flw_004

import data.bailiwick.lib

results contains lib.destination(i, "takes data from") if {
	some i, t in input.targets
	t.purpose in {"dataset", "model"}
}

results contains lib.party(i, "takes code from") if {
	some i, t in input.targets
	t.purpose == "source"
	input.kind == "pipeline"
}
