# METADATA
# title: The effective place is established
# description: >-
#   A region from a variable without a value, a module that is not there, a data source or a type that nobody knows is no place. Unknown is never a pass.
# custom:
#   id: LOC-002
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2, GDPR_ART_25_1, C3A_SOV_3_01]
#   kinds: ["*"]
#   never_fails: true
#   remedy: >-
#     Write the region where it can be read (a variable with a value in a tfvars file, a provider block with region), vendor the module with terraform init, or tell Bailiwick about the type with --kb.
package bailiwick.rules.loc_002

import data.bailiwick.lib

results contains {
	"status": "undecided",
	"places": lib.open(lib.own),
	"about": ["partial"],
	"message": "where it is cannot be established: {why}",
} if {
	count(lib.open(lib.own)) > 0
}

# Its place may be known, how many there are is not: what count or for_each
# really are may hold another place for each.
results contains {
	"status": "undecided",
	"about": ["partial"],
	"message": "stands for instances that cannot be counted: {why}",
} if {
	input.partial
	count(lib.open(lib.own)) == 0
}

# What the asset holds cannot be told from its type, wherever it is.
results contains {
	"status": "undecided",
	"places": lib.own,
	"message": "what is built there cannot be told: the type says nothing",
} if {
	input.kind in {"unknown", "module"}
	count(lib.open(lib.own)) == 0
}

results contains {"status": "pass", "places": lib.own} if {
	not input.kind in {"unknown", "module"}
	not input.partial
	count(lib.own) > 0
	count(lib.open(lib.own)) == 0
}
