# METADATA
# title: Prompts and personal data are not written into traces
# description: >-
#   Instrumentation that records what is asked and answered copies it to wherever traces go.
# custom:
#   id: LOG-004
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_1_C, AIA_ART_26]
#   kinds: [compute, function, training, notebook, model-endpoint, pipeline]
#   remedy: >-
#     Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=false, TRACELOOP_TRACE_CONTENT=false,
#     LANGSMITH_HIDE_INPUTS=true.
package bailiwick.rules.log_004

import data.bailiwick.lib

results contains r if {
	lib.personal
	r := lib.wanted("content_traced", false, "writes prompts and answers into traces", "whether it writes prompts and answers into traces")
}
