# METADATA
# title: Models are not fetched from a public hub at run time
# description: >-
#   What a workload loads when it starts may change, be withheld, or tell others what is run.
# custom:
#   id: MDL-005
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_09, C3A_SOV_4_05, CADA_ANNEX2_I]
#   kinds: [compute, function, training, notebook, model-endpoint, pipeline]
#   remedy: >-
#     Mount weights from a registry of your own, by digest, and set HF_HUB_OFFLINE=1.
package bailiwick.rules.mdl_005

import data.bailiwick.lib

results contains lib.wanted("model_pull", false, "fetches its model from a public hub when it starts", "whether it fetches its model from a public hub")
