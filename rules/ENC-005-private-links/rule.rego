# METADATA
# title: AI and data services are reached privately
# description: >-
#   Calls to the service stay on private endpoints. Asked for confidential and secret data.
# custom:
#   id: ENC-005
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, C3A_SOV_4_08]
#   kinds: [model-endpoint, ai-service, search-index, notebook, training, database, secret-store, object-store]
#   owned: true
#   remedy: >-
#     Create a private endpoint for the service, and call it through that.
package bailiwick.rules.enc_005

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("private_link", true, "is called over the public network", "whether it is called through a private endpoint")
}
