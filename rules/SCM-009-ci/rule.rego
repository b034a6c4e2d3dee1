# METADATA
# title: Build machines and source hosts are inside
# description: >-
#   Whoever runs the machine that builds the software, or keeps its source code, can change what is built. The
#   machines that jobs ask for, and the hosts that source code, actions and templates are fetched from, are judged by who
#   runs them; hosts of source code by where they are as well.
# custom:
#   id: SCM-009
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX3, C3A_SOV_6_01, EUCSF_SOV_5]
#   kinds: ["*", upstream, step]
#   remedy: >-
#     Run jobs on machines of an operator inside the perimeter, and fetch source code and actions from a mirror there.
package bailiwick.rules.scm_009

import data.bailiwick.lib

words := {"runner": "is built on a machine of", "source": "fetches source code from"}

results contains lib.party(i, words.runner) if {
	some i, t in input.targets
	t.purpose == "runner"
}

results contains lib.fetched(i, words.source) if {
	some i, t in input.targets
	t.purpose == "source"
}
