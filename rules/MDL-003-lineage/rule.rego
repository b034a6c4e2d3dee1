# METADATA
# title: What a model was made from is known to the root
# description: >-
#   A fine-tune, an adapter, a quantisation or a merge has the origin of what it was made from. The chain is followed through model cards, adapter_config.json, GGUF files, recipes of mergekit and the knowledge base, and has to end at known developers.
# custom:
#   id: MDL-003
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, AIA_ART_53]
#   kinds: [artifact, model-endpoint, ai-service, training, notebook, function, cluster, compute]
#   remedy: >-
#     Name what it was made from by the name that its hub has for it (base_model in the card, base_model_name_or_path of an adapter), not by a folder; add the record of a developer that the knowledge base lacks with --kb.
package bailiwick.rules.mdl_003

unnamed if input.settings.base_named.value == false

# Everybody that is named: the model itself, and further ones that it names.
named contains input.maker if input.maker

named contains o if some o in input.maker.others

open contains m.component if {
	some m in named
	m.entity == ""
	not itself(m)
}

open contains m.component if {
	some m in named
	some a in m.lineage
	not a.known
}

open contains m.component if {
	some m in named
	m.claimed
}

open contains m.component if {
	some m in named
	some a in m.lineage
	a.claimed
}

# A file of weights may have a name of its own, which nobody else knows, when what it was made from is known.
itself(m) if {
	input.settings.base_named.value == true
	m.component == input.maker.component
	count(input.maker.others) > 0
}

results contains {
	"status": "fail",
	"about": ["setting:base_named"],
	"message": "was made from another model and does not say from which, or names a folder that leads nobody there",
} if {
	unnamed
}

results contains {
	"status": "undecided",
	"about": ["maker"],
	"message": sprintf("comes from models whose origin is not known, or only claimed: %s", [concat(", ", sort({shown(x) | some x in open}))]),
} if {
	not unnamed
	count(open) > 0
}

shown(x) := x if x != ""

else := "one that nothing names"

results contains {"status": "pass", "about": ["maker"]} if {
	not unnamed
	count(named) > 0
	count(open) == 0
}
