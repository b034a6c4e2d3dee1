# METADATA
# title: What goes to an operator under foreign law is encrypted before it leaves
# description: >-
#   Asked where a class limits who holds keys, of programs that send data to an operator whom a law from outside of the perimeter reaches. The encrypting client of the store, or a library (age, Tink, the AWS Encryption SDK), has to be what sends, or to make what is sent; with a key that the recipient does not have. A program that encrypts something, somewhere, shows nothing yet.
# custom:
#   id: KEY-009
#   severity: high
#   basis: perimeter
#   requirements: [EDPB_01_2020_STEP_4, C3A_SOV_3_05]
#   kinds: ["*"]
#   advisory: true
#   remedy: >-
#     Encrypt in the program, with a key of your own (a raw keyring, age, a keyset that your own manager wraps), and send the result.
package bailiwick.rules.key_009

asked if {
	input.limits.keys
	seal
	count(input.operator.laws) > 0
}

seal := input.flow.seal

# theirs holds where the recipient runs the key service.
theirs if seal.key == input.operator.entity

mine if seal.key == "customer"

results contains {"status": "fail", "about": ["operator"], "message": sprintf("encrypts what it sends with a key in the key service of %s, who receives it", [input.operator.name])} if {
	asked
	theirs
}

results contains {"status": "pass", "about": ["operator"]} if {
	asked
	seal.whole
	mine
}

results contains {"status": "undecided", "about": ["operator"], "message": sprintf("sends to %s, which is reached by %s, and nothing in the program is seen to encrypt it", [input.operator.name, concat(", ", input.operator.laws)])} if {
	asked
	seal.key == ""
}

results contains {"status": "undecided", "about": ["operator"], "message": sprintf("sends to %s, and whether what the program encrypts is what it sends is not established", [input.operator.name])} if {
	asked
	mine
	not seal.whole
}

results contains {"status": "undecided", "about": ["operator"], "message": sprintf("encrypts what it sends to %s, and who has the key is not established: it is %s", [input.operator.name, key])} if {
	asked
	seal.key != ""
	not mine
	not theirs
}

key := "named elsewhere" if seal.key == "named"

else := sprintf("in the key service of %s", [seal.key])
