# METADATA
# title: Images carry a bill of materials
# description: >-
#   A bill of materials, CycloneDX or SPDX, is attached to the image as a statement, as builders do. One that only a registry has is not seen in a file. What is in it, bailiwick sbom check asks.
# custom:
#   id: SCM-003
#   severity: high
#   basis: perimeter
#   requirements: [CADA_ANNEX2_I, C3A_SOV_5_01]
#   kinds: [artifact]
#   advisory: true
#   remedy: >-
#     Attach one when you build: bailiwick sbom writes it, and builders do (docker buildx build --sbom=true).
package bailiwick.rules.scm_003

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("sbom", true, "has statements attached, and none is a bill of materials", "whether a bill of materials is attached")
}

results contains r if {
	input.type == "image"
	r := lib.unsaid("sbom", "whether a bill of materials is attached")
}
