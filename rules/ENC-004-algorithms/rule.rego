# METADATA
# title: Keys are long enough
# description: >-
#   RSA keys below 3000 bits, which BSI TR-02102-1 no longer recommends, and retired algorithms are refused. AWS offers the same as CT.KMS.PV.2.
# custom:
#   id: ENC-004
#   severity: low
#   basis: perimeter
#   requirements: [NIS2_ART_21_2_H, SNC_10_1]
#   kinds: [key]
#   remedy: >-
#     Use AES-256, RSA with 3072 bits or more, or a curve of at least 250 bits.
package bailiwick.rules.enc_004

import data.bailiwick.lib

weak := {"RSA_1024", "RSA_2048", "DES", "3DES", "EC_192", "EC_224"}

results contains {"status": "fail", "about": ["setting:algorithm"], "message": sprintf("is of %s", [replace(input.settings.algorithm.value, "_", " ")])} if {
	input.settings.algorithm.known
	input.settings.algorithm.value in weak
}

results contains {"status": "undecided", "about": ["setting:algorithm"], "message": "of which algorithm it is, is not established: {why}"} if {
	input.settings.algorithm.known == false
}

results contains {"status": "pass", "about": ["setting:algorithm"]} if {
	input.settings.algorithm.known
	not input.settings.algorithm.value in weak
}
