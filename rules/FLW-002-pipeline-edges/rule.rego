# METADATA
# title: What pipelines read from and write to is inside
# description: >-
#   Each edge of a pipeline has a source and a sink; both are judged by where they are and by who runs them. An edge
#   whose other end no file shows, such as a connection that only the server knows, is not established.
# custom:
#   id: FLW-002
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_44, GDPR_ART_30_1_E, EDPB_01_2020_STEP_1, CADA_ANNEX3]
#   kinds: [step, upstream]
#   remedy: >-
#     Point the step at a service inside the perimeter; write the address of its connection where it can be read.
package bailiwick.rules.flw_002

import data.bailiwick.lib

settings if input.type == "airflow-settings" # FLW-003 asks

results contains lib.fetched(i, "fetches data from") if {
	some i, t in input.targets
	input.kind == "upstream"
	t.purpose == "dataset"
}

results contains lib.destination(i, "reads from or writes to") if {
	not settings
	input.kind == "step"
	some i, t in input.targets
	t.purpose in {"data", "dataset"}
}
