# METADATA
# title: Calls of models are recorded
# description: >-
#   High-risk AI systems record events over their lifetime (AI Act art. 12, 19 and 26, from 2 December 2027). Where the records are and how long they stay is for LOG-001 and LOG-006.
# custom:
#   id: MDL-011
#   severity: high
#   basis: requirement
#   requirements: [AIA_ART_12, AIA_ART_19, AIA_ART_26]
#   also: [C3A_SOV_3_04]
#   kinds: [model-endpoint, ai-service]
#   owned: true
#   remedy: >-
#     Switch invocation logging or diagnostic settings on, with a sink inside the perimeter.
package bailiwick.rules.mdl_011

import data.bailiwick.lib

results contains r if {
	lib.high_risk
	r := lib.required("logging", "does not record its calls", "whether its calls are recorded")
}
