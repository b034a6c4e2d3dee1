# METADATA
# title: Keys are rotated
# description: >-
#   A key that is never replaced cannot be retired with the data that it protects.
# custom:
#   id: KEY-011
#   severity: low
#   basis: requirement
#   requirements: [GDPR_ART_32]
#   also: [GDPR_ART_17, EUCSF_SOV_3, C5_PI]
#   kinds: [key]
#   owned: true
#   remedy: >-
#     Set a rotation period.
package bailiwick.rules.key_011

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("rotation", true, "is never replaced", "whether it is replaced regularly")
}
