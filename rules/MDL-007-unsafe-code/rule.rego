# METADATA
# title: Loading a model runs no code
# description: >-
#   A pickle is a program, and so is a Lambda layer of Keras, a graph that reaches files, code that a config.json names (auto_map), and whatever comes with a model that is loaded with trust_remote_code. Opcodes are read and never run: imports that are known to make values only are no code.
# custom:
#   id: MDL-007
#   severity: high
#   basis: perimeter
#   requirements: [AIA_ART_15, CADA_ANNEX2_J]
#   kinds: [artifact, compute, function, model-endpoint, training, notebook]
#   remedy: >-
#     Keep weights as safetensors or GGUF, load pickles with weights_only, and take code of a model into your own repository instead of trust_remote_code. What somebody has read and keeps is waived by its address.
package bailiwick.rules.mdl_007

code := input.settings.loads_code

results contains {
	"status": "fail",
	"about": ["setting:loads_code"],
	"message": sprintf("runs code when it is loaded: %s", [code.value]),
} if {
	code.known
	code.value != "none"
}

results contains {
	"status": "undecided",
	"about": ["setting:loads_code"],
	"message": "whether loading it runs code is not established: {why}",
} if {
	code.known == false
}

results contains {"status": "pass", "about": ["setting:loads_code"]} if {
	code.value == "none"
}
