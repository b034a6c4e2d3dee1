# METADATA
# title: Google AI resources compute inside
# description: >-
#   Location global means that Google chooses; a regional location keeps storage, and for many models machine learning processing, in the region.
# custom:
#   id: LOC-011
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_01]
#   also: [GDPR_ART_44]
#   kinds: [model-endpoint, ai-service, notebook, search-index]
#   remedy: >-
#     Choose a regional location inside the perimeter, or the eu multi-region where the service has it, instead of global.
package bailiwick.rules.loc_011

import data.bailiwick.lib

results contains r if {
	input.provider == "google"
	input.kind in lib.ai | {"search-index"}
	r := lib.judge(lib.own, "is in")
}

results contains r if {
	input.provider == "google"
	r := lib.judge(lib.at({"inference"}), "may send prompts for inference to")
}
