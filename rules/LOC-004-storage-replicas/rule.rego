# METADATA
# title: Storage replication stays inside
# description: >-
#   Copies that are kept up to date count like the original: replication rules, geo-redundant account types, multi-regions, dual regions, machines that are replicated for recovery.
# custom:
#   id: LOC-004
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_30_1_E, C3A_SOV_3_01, SNC_19_2, NIS2_ART_21_2_C]
#   also: [GDPR_ART_44]
#   kinds: [object-store, block-store, file-store, state, log-store, backup, exporter, compute]
#   remedy: >-
#     Replicate to a second place inside the perimeter, or use redundancy within the region (zone-redundant storage). That satisfies resilience rules too: they ask for a second place, not for a foreign one.
package bailiwick.rules.loc_004

import data.bailiwick.lib

results contains lib.judge(lib.at({"replica", "failover"}), "is replicated to")
