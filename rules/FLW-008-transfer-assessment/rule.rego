# METADATA
# title: A transfer tool rests on an assessment that is shown and fresh
# description: >-
#   A tool of article 46 (scc, bcr, code, certification) that is in use for a place outside of the EEA names a transfer impact assessment, and a document shows that and has not ended. Whether the assessment is right no file tells; KEY-002 and TEE-001 show whether its measures are there.
# custom:
#   id: FLW-008
#   severity: high
#   basis: requirement
#   requirements: [CJEU_C_311_18, EDPB_01_2020_STEP_3, EDPB_01_2020_STEP_6]
#   also: [EDPB_01_2020_STEP_4]
#   kinds: ["*"]
#   remedy: >-
#     Name the assessment in transfers: (tia:), and its document under evidence: (fact: tia, about: the name).
package bailiwick.rules.flw_008

import data.bailiwick.lib

safeguards contains t if {
	count(lib.third) > 0
	some t in input.transfers
	t.tool in {"scc", "bcr", "code", "certification"}
	t.valid
}

results contains {"status": "fail", "places": lib.third, "message": sprintf("goes to %s under a tool of article 46 that names no transfer impact assessment", [lib.list_all(lib.third)])} if {
	some t in safeguards
	not t.tia
}

results contains {"status": "undecided", "places": lib.third, "message": sprintf("whether the assessment for %s is made and fresh is not established: no document shows it", [lib.list_all(lib.third)])} if {
	some t in safeguards
	t.tia
	not t.shown
}

results contains {"status": "pass", "places": lib.third, "about": ["transfers"]} if {
	some t in safeguards
	t.tia
	t.shown
}
