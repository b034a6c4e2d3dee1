# METADATA
# title: Weights come from an approved maker
# description: >-
#   Asked where the perimeter has an approved stack of models, or a bound class limits makers. A fine-tune is judged with
#   all that its weights derive from, and of several models each.
# custom:
#   id: MDL-002
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, C3A_SOV_5_01]
#   kinds: [model-endpoint, ai-service, training, notebook, function, cluster, compute, artifact]
#   remedy: >-
#     Use a model of the approved stack (stack.models) or from a country that the class allows (makers).
package bailiwick.rules.mdl_002

import data.bailiwick.lib

results contains {
	"status": "fail",
	"about": ["maker"],
	"message": "{why}",
} if {
	input.maker.answer == "outside"
}

results contains {
	"status": "undecided",
	"about": ["maker"],
	"message": "who made the model is not established: {why}",
} if {
	input.maker.answer == "unsure"
}

results contains {"status": "pass", "about": ["maker"]} if {
	input.maker.answer == "inside"
}
