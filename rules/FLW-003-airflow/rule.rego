# METADATA
# title: Airflow sends logs, metrics and reports inside only
# description: >-
#   The settings of an Airflow name where logs, metrics and traces go, where errors and use are reported, where secrets are
#   read and where state is kept. Each is judged by where it is and by who runs it.
# custom:
#   id: FLW-003
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, GDPR_ART_5_1_C]
#   kinds: [step]
#   remedy: >-
#     Send them to a service inside the perimeter, and set enabled = False under usage_data_collection.
package bailiwick.rules.flw_003

import data.bailiwick.lib

words := {
	"logs": "sends logs, metrics or traces to",
	"telemetry": "reports its use or errors to",
	"secrets": "reads secrets from",
	"data": "keeps its state with",
}

results contains lib.destination(i, words[t.purpose]) if {
	input.type == "airflow-settings"
	some i, t in input.targets
	words[t.purpose]
}
