# METADATA
# title: Content does not train other people's models
# description: >-
#   The opt-out is set in configuration where there is one, and a document shows that the contract forbids training on content.
# custom:
#   id: MDL-010
#   severity: critical
#   basis: perimeter
#   requirements: [CADA_ANNEX2_F, GDPR_ART_5_1_B, GDPR_ART_28_3_A]
#   kinds: [account, model-endpoint, ai-service]
#   advisory: true
#   remedy: >-
#     Set an AI services opt-out policy at the root, and state the contract under evidence: (fact: opt-out).
package bailiwick.rules.mdl_010

import data.bailiwick.lib

results contains r if {
	input.kind == "account"
	r := lib.wanted("ai_opt_out", true, "lets the provider use content to improve its AI services", "whether the provider may use content to improve its AI services")
}

asked if {
	input.kind != "account"
	lib.confidential
}

results contains {"status": "pass", "about": ["setting:contract_opt_out"]} if {
	asked
	input.settings.contract_opt_out.value == true
}

results contains r if {
	asked
	r := lib.unsaid("contract_opt_out", "whether the contract forbids training on content")
}
