# METADATA
# title: Calls to models in code and configuration stay inside
# description: >-
#   Programs, settings of agents and configuration that ask a model somewhere: where it is asked, who runs it and who made its weights are three questions, and each is answered by what the bound classes allow.
# custom:
#   id: FLW-005
#   severity: high
#   basis: perimeter
#   requirements: [CADA_ANNEX2_F, C3A_SOV_5_03]
#   also: [GDPR_ART_44, GDPR_ART_48]
#   kinds: ["*"]
#   remedy: >-
#     Ask a model inside of the perimeter: set the address that the client library takes (base_url, OPENAI_BASE_URL, region), or let the call go through a gateway that does.
package bailiwick.rules.flw_005

import data.bailiwick.lib

asked if {
	"planned" in input.flow.states
	"model" in input.flow.purposes
}

abroad := lib.outside(lib.own)

open := lib.open(lib.own)

foreign if input.operator.answer == "outside"

made if input.maker.answer == "outside"

outside if count(abroad) > 0

outside if foreign

outside if made

unsure if count(open) > 0

unsure if count(lib.own) == 0

unsure if not input.operator.answer in {"inside", "outside", "tolerated"}

unsure if input.maker.answer == "unsure"

results contains {
	"status": "fail",
	"places": abroad,
	"about": ["operator"],
	"message": sprintf("a model is asked in %s, outside %s%s", [lib.list(abroad), input.limits.places, lib.transfer_words(abroad)]),
	"also": lib.transfer_duties(abroad),
} if {
	asked
	count(abroad) > 0
}

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": "a model is asked at somebody whom the perimeter does not allow: {why}",
} if {
	asked
	count(abroad) == 0
	foreign
}

results contains {
	"status": "fail",
	"about": ["maker"],
	"message": "the weights that are asked are made by somebody whom the perimeter does not allow: {why}",
} if {
	asked
	count(abroad) == 0
	not foreign
	made
}

results contains {
	"status": "undecided",
	"places": open,
	"about": ["operator", "maker"],
	"message": "a model is asked, and it is not established where, at whose service or with whose weights: {why}",
	"remedy": "Write the address or the region where the client is made, or into an env file that is checked as well.",
} if {
	asked
	not outside
	unsure
}

results contains {"status": "pass", "places": lib.own} if {
	asked
	not outside
	not unsure
}
