# METADATA
# title: Logs are kept inside
# description: >-
#   Logs of an AI system hold prompts, identifiers and results: technical data counts as data.
# custom:
#   id: LOG-001
#   severity: high
#   basis: perimeter
#   requirements: [SNC_19_2, C3A_SOV_3_01]
#   also: [GDPR_ART_44]
#   kinds: [log-store]
#   remedy: >-
#     Create the log group, workspace or bucket in a region inside the perimeter.
package bailiwick.rules.log_001

import data.bailiwick.lib

results contains r if {
	r := lib.judge(lib.own, "is kept in")
}
