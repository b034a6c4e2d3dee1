# METADATA
# title: Images say how they were built
# description: >-
#   A statement on how and by whom the image was built (SLSA provenance) is attached to it. Who signed it, and where the builder is, is not asked here.
# custom:
#   id: SCM-005
#   severity: high
#   basis: perimeter
#   requirements: [CADA_ANNEX3, EUCSF_SOV_5]
#   kinds: [artifact]
#   advisory: true
#   remedy: >-
#     Build with provenance (docker buildx build --provenance=mode=max, or a SLSA generator), on machines inside the perimeter.
package bailiwick.rules.scm_005

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("provenance", true, "has statements attached, and none says how it was built", "whether a statement on its build is attached")
}

results contains r if {
	input.type == "image"
	r := lib.unsaid("provenance", "whether a statement on its build is attached")
}
