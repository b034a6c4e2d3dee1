# METADATA
# title: Training and fine-tuning happen inside
# description: >-
#   Where weights are made: training jobs, fine-tuning, training clusters.
# custom:
#   id: MDL-009
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, AIA_ANNEX_IV]
#   also: [GDPR_ART_44]
#   kinds: [training]
#   remedy: >-
#     Run training in a region inside the perimeter.
package bailiwick.rules.mdl_009

import data.bailiwick.lib

results contains r if {
	r := lib.judge(lib.own, "trains in")
}
