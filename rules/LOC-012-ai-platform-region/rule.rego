# METADATA
# title: AI platforms are inside
# description: >-
#   The region of a hosted model, notebook or AI service of any other platform than Google, and where its inference may go.
# custom:
#   id: LOC-012
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_3_01]
#   also: [GDPR_ART_44]
#   kinds: [model-endpoint, ai-service, notebook]
#   remedy: >-
#     Run the model in a region inside the perimeter, or on a European platform.
package bailiwick.rules.loc_012

import data.bailiwick.lib

results contains r if {
	input.provider != "google"
	r := lib.judge(lib.own, "is in")
}

results contains r if {
	not input.provider in {"google", "aws", "azurerm"}
	r := lib.judge(lib.at({"inference"}), "may send prompts for inference to")
}
