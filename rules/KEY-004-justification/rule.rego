# METADATA
# title: The provider must say why it uses a key
# description: >-
#   A key that only the customer's reasons release is not used for an order that the provider answers. Asked for confidential and secret data, where the provider offers it.
# custom:
#   id: KEY-004
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_3_04, GAIAX_P5_2_1, CADA_ANNEX2_H]
#   kinds: [key]
#   remedy: >-
#     Allow only reasons that the customer starts (CUSTOMER_INITIATED_ACCESS, CUSTOMER_INITIATED_SUPPORT, MODIFIED_CUSTOMER_INITIATED_OPERATION).
package bailiwick.rules.key_004

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("justified", true, "can be used by the provider for reasons that the customer did not give", "for which reasons the provider may use it")
}
