# METADATA
# title: The organisation asks for the customer's keys
# description: >-
#   A rule at the root refuses stores without a key of the customer.
# custom:
#   id: KEY-006
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_25_1, EUCSF_SOV_3]
#   kinds: [account]
#   advisory: true
#   remedy: >-
#     Set gcp.restrictNonCmekServices, assign the initiative for customer-managed keys with effect Deny, or deny creation without a key in a service control policy.
package bailiwick.rules.key_006

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("key_guard", true, "has no rule that refuses stores without a key of the customer", "whether a rule refuses stores without a key of the customer")
}
