# METADATA
# title: Administrators come from inside
# description: >-
#   Access levels and conditions let people in from countries of the perimeter only.
# custom:
#   id: SUP-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_02, CADA_ANNEX2_H, EDPB_01_2020_STEP_1, NIS2_ART_21_2_I]
#   also: [GDPR_ART_44]
#   kinds: [guard]
#   remedy: >-
#     Name only countries of the perimeter in access levels and named locations.
package bailiwick.rules.sup_003

import data.bailiwick.lib

results contains lib.judge(lib.at({"admits"}), "lets people in from")
