# METADATA
# title: Data that models are trained on is named and described
# description: >-
#   Of weights: whether what stands beside them names the data that they were trained on. Of data that stands in the tree, or that code fetches to train on: whether a card (Hugging Face, Croissant, the bill of materials of a model) tells its licence, who made it, and whether it holds sensitive data, as far as its format has a word for that. The legal basis of its collection and its country no format has a word for: these a person records.
# custom:
#   id: MDL-008
#   severity: high
#   basis: perimeter
#   requirements: [AIA_ART_10, AIA_ART_53, GDPR_ART_5_1_B]
#   kinds: [artifact, upstream]
#   advisory: true
#   remedy: >-
#     Name data sets in the card of the model (datasets:), and put a card with a licence beside every data set.
package bailiwick.rules.mdl_008

import data.bailiwick.lib

results contains r if {
	input.kind == "artifact"
	r := lib.wanted("data_named", true, "was trained further, and its card does not say on which data", "what it was trained on")
}

lacks := input.settings.data_lacks

results contains {
	"status": "fail",
	"about": ["setting:data_lacks"],
	"message": sprintf("is data to train on of which nothing says %s", [replace(lacks.value, ", ", " or ")]),
} if {
	lacks.known
	lacks.value != "nothing"
}

results contains {
	"status": "undecided",
	"about": ["setting:data_lacks"],
	"message": "fetches data to train on whose origin is not established: {why}",
} if {
	lacks.known == false
}

results contains {"status": "pass", "about": ["setting:data_lacks"]} if {
	lacks.value == "nothing"
}
