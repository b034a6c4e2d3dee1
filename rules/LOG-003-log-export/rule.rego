# METADATA
# title: Logs and data are not exported to foreign services
# description: >-
#   Destinations that configuration names for logs, metrics and data: the operator and the place of each are held against the perimeter.
# custom:
#   id: LOG-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_04, GDPR_ART_28_2]
#   kinds: ["*"]
#   remedy: >-
#     Send logs to a collector inside the perimeter, run by an operator that it allows.
package bailiwick.rules.log_003

import data.bailiwick.lib

results contains lib.destination(i, sprintf("exports %s to", [t.purpose])) if {
	some i, t in input.targets
	t.purpose in {"logs", "data"}
}
