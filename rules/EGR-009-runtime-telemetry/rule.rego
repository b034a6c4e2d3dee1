# METADATA
# title: What components report by themselves stays inside
# description: >-
#   Software that is known to report its use, or to ask for newer versions, and that no variable or argument keeps
#   from it.
# custom:
#   id: EGR-009
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, CADA_ANNEX2_J, GDPR_ART_25_2]
#   kinds: ["*"]
#   remedy: >-
#     Set the switch that bailiwick where shows for the package or image.
package bailiwick.rules.egr_009

import data.bailiwick.lib

results contains lib.destination(i, "reports by itself to") if {
	some i, t in input.targets
	t.purpose in {"telemetry", "update"}
}

results contains {"status": "pass", "about": ["setting:telemetry_off"]} if {
	input.settings.telemetry_off.value == true
}
