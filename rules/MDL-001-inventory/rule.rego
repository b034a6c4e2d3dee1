# METADATA
# title: Every model file says what it is
# description: >-
#   Of weights that stand in the tree or in an image: a licence, where they come from, who developed them and where that is. Format, size and digest are read from the file. Which registry serves them, MDL-004 asks.
# custom:
#   id: MDL-001
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, AIA_ART_11, AIA_ART_25]
#   also: [AIA_ANNEX_IV]
#   kinds: [artifact]
#   remedy: >-
#     Put a model card beside the weights: README.md with license and base_model, or general.license and general.base_model in a GGUF file.
package bailiwick.rules.mdl_001

lacks := input.settings.identity_lacks

# Everybody of whom the weights are made is known, by more than a claim.
developed if {
	input.maker.entity != ""
	input.maker.country != ""
	not input.maker.claimed
	every a in input.maker.lineage {
		a.known
		not a.claimed
	}
}

results contains {
	"status": "fail",
	"about": ["setting:identity_lacks"],
	"message": sprintf("is a model of which nothing says %s", [replace(lacks.value, ", ", " or ")]),
} if {
	lacks.known
	lacks.value != "nothing"
}

results contains {
	"status": "undecided",
	"about": ["setting:identity_lacks"],
	"message": "is a model that cannot be identified: {why}",
} if {
	not lacks.known
	lacks
}

results contains {
	"status": "undecided",
	"about": ["maker"],
	"message": sprintf("is a model whose developer and country are not established%s", [named]),
} if {
	lacks.value == "nothing"
	not developed
}

named := sprintf(": it calls itself %s", [input.maker.component]) if input.maker.component != ""

else := ""

results contains {"status": "pass", "about": ["maker"]} if {
	lacks.value == "nothing"
	developed
}
