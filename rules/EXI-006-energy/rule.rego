# METADATA
# title: Energy and carbon are recorded
# description: >-
#   The framework asks for a dated record of energy and carbon for each place that is used. It binds providers: a plan can lack the record, not breach it.
# custom:
#   id: EXI-006
#   severity: low
#   basis: requirement
#   requirements: [EUCSF_SOV_8]
#   kinds: [compute, cluster, training, model-endpoint]
#   never_fails: true
#   advisory: true
#   owned: true
#   remedy: >-
#     State the provider's record under evidence: (fact: energy).
package bailiwick.rules.exi_006

import data.bailiwick.lib

results contains {"status": "pass", "about": ["setting:energy_record"]} if {
	input.settings.energy_record.value == true
}

results contains r if {
	r := lib.unsaid("energy_record", "what energy and carbon its place needs")
}
