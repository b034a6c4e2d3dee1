# METADATA
# title: Secrets, registries and keys replicate only inside
# description: >-
#   Automatic replication of secrets and geo-replication of registries put copies where the provider chooses.
# custom:
#   id: LOC-007
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, C3A_SOV_3_01, SNC_19_2]
#   also: [GDPR_ART_44]
#   kinds: [secret-store, registry, model-registry, key]
#   remedy: >-
#     Name the replica regions explicitly (user-managed replication), all inside the perimeter.
package bailiwick.rules.loc_007

import data.bailiwick.lib

results contains lib.judge(lib.at({"replica", "failover"}), "is replicated to")
