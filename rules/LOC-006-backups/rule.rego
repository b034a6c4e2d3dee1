# METADATA
# title: Backups and snapshots stay inside
# description: >-
#   Backup copies, snapshot copies and the geo-redundant default of managed services count like the data.
# custom:
#   id: LOC-006
#   severity: high
#   basis: perimeter
#   requirements: [NIS2_ART_21_2_C, C3A_SOV_3_01, C5_PSS_12]
#   also: [GDPR_ART_44]
#   kinds: ["*", container]
#   remedy: >-
#     Set the backup location to a region inside the perimeter, and turn geo-redundant backup off where the paired region is outside.
package bailiwick.rules.loc_006

import data.bailiwick.lib

results contains lib.judge(lib.at({"backup"}), "is backed up to")
