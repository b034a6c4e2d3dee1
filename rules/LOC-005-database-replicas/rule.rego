# METADATA
# title: Database, cache and message replicas stay inside
# description: >-
#   Read replicas, global tables and clusters, failover partners and message storage outside the perimeter hold the same data as the primary; so do the further regions of services that work on it.
# custom:
#   id: LOC-005
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_01, DORA_ART_30_2_B]
#   also: [GDPR_ART_44]
#   kinds: [database, warehouse, cache, search-index, queue, stream, cluster, analytics, identity, pipeline, messaging, api-gateway, load-balancer, function, model-endpoint, ai-service, notebook, training]
#   remedy: >-
#     Keep replicas, failover groups and global tables to regions inside the perimeter.
package bailiwick.rules.loc_005

import data.bailiwick.lib

results contains lib.judge(lib.at({"replica", "failover"}), "is replicated to")
