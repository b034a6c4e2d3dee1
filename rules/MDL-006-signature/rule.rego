# METADATA
# title: Models are held against a signature before they start
# description: >-
#   Three things are looked at: whether the signature beside weights (OpenSSF model signing, a bundle of Sigstore) is for these bytes; whether a workload that serves a model names, by the label of its pods, a ModelValidation of Sigstore that stands in its namespace and says who must have signed, since the label alone only asks; and whether a policy that asks for signatures (policy-controller, Kyverno, ModelValidation) refuses, and names who must have signed. The signature itself is not computed here: that takes keys and a log. That the operator which acts on a ModelValidation runs in the cluster, with its webhook, no such object shows.
# custom:
#   id: MDL-006
#   severity: high
#   basis: perimeter
#   requirements: [NIS2_ART_21_2_E, AIA_ART_15]
#   kinds: [artifact, guard, compute, function, model-endpoint, training, notebook]
#   advisory: true
#   remedy: >-
#     Sign weights when they are made (model_signing sign), keep model.sig beside them, and let a ModelValidation or an image policy with a named identity refuse what is not signed.
package bailiwick.rules.mdl_006

import data.bailiwick.lib

weights if {
	input.type == "weights"
	input.provider == "model"
}

results contains r if {
	weights
	not input.settings.signed.value == true
	r := lib.wanted("signed", true, "has a signature beside it that is for other bytes, or for a part of it only", "whether its signature is for these bytes")
}

# Equal digests are a claim until somebody has verified the signature.
results contains {
	"status": "undecided",
	"about": ["setting:signed"],
	"message": "has a signature beside it that is for these bytes, and whose it is was not verified here: model_signing verify does, with the key or the identity that you trust",
} if {
	weights
	input.settings.signed.value == true
}

results contains r if {
	weights
	r := lib.unsaid("signed", "that its bytes are those that somebody signed")
}

results contains r if {
	input.kind == "guard"
	r := lib.wanted("signer_named", true, "asks for signatures and only warns, or takes one by anybody", "whether it names who must have signed")
}

# What serves a model.
serves if {
	input.settings.model_pull
	not input.kind in {"artifact", "guard"}
}

results contains r if {
	serves
	input.settings.model_verified.known
	r := lib.wanted("model_verified", true, "starts its model without holding it against a signature", "")
}

results contains {
	"status": "undecided",
	"about": ["setting:model_verified"],
	"message": "asks by a label that its model is held against a signature, and no ModelValidation that says who must have signed was read in its namespace under that name: {why}",
} if {
	serves
	input.settings.model_verified.known == false
}

results contains r if {
	serves
	r := lib.unsaid("model_verified", "that its model is held against a signature before it starts")
}
