# METADATA
# title: Kubernetes secrets are encrypted with a key of the customer
# description: >-
#   Secrets of a managed cluster are encrypted in etcd with a key that the customer named. Asked for confidential and secret data; how good the key is, is for KEY-002.
# custom:
#   id: KEY-007
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, SNC_10_5]
#   kinds: [cluster]
#   remedy: >-
#     Name a key in the cluster's encryption configuration (encryption_config, key_management_service, database_encryption).
package bailiwick.rules.key_007

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("secrets_keyed", true, "keeps Kubernetes secrets without a key of the customer", "whether Kubernetes secrets are encrypted with a key of the customer")
}
