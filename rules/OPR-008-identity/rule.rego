# METADATA
# title: Identity providers are inside
# description: >-
#   Whoever issues the tokens can let anyone in: OIDC issuers and SAML metadata hosts are held against the perimeter like operators.
# custom:
#   id: OPR-008
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_03, EUCSF_SOV_4]
#   kinds: ["*"]
#   remedy: >-
#     Run the identity provider yourself, or choose one whose operator the perimeter allows.
package bailiwick.rules.opr_008

import data.bailiwick.lib

results contains {
	"status": "fail",
	"target": i,
	"message": sprintf("trusts logins from %s: {why}", [name(t)]),
} if {
	some i, t in input.targets
	t.purpose == "identity"
	t.operator.answer == "outside"
}

results contains {
	"status": "undecided",
	"target": i,
	"message": sprintf("trusts logins from %s, of which the operator is not established: {why}", [name(t)]),
} if {
	some i, t in input.targets
	t.purpose == "identity"
	not decided(t)
}

# A destination that is not known has no operator, and thus no answer.
decided(t) if t.operator.answer in {"outside", "inside"}

results contains {"status": "pass", "target": i} if {
	some i, t in input.targets
	t.purpose == "identity"
	t.operator.answer == "inside"
}

name(t) := t.name if t.name != ""

else := "an identity provider"
