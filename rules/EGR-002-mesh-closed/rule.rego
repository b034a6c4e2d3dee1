# METADATA
# title: The mesh lets traffic out to registered hosts only
# description: >-
#   A mesh that passes traffic to hosts which nobody registered is no limit: outboundTrafficPolicy is ALLOW_ANY
#   unless somebody writes REGISTRY_ONLY.
# custom:
#   id: EGR-002
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_25_2, C3A_SOV_4_08]
#   kinds: [guard]
#   remedy: >-
#     Set meshConfig.outboundTrafficPolicy.mode to REGISTRY_ONLY, and register every host as a ServiceEntry.
package bailiwick.rules.egr_002

import data.bailiwick.lib

results contains lib.wanted("mesh_closed", true, "lets traffic of the mesh out to hosts that nobody registered", "whether the mesh lets traffic out to any host")
