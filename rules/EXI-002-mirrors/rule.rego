# METADATA
# title: Copies of source code, images and weights are inside
# description: >-
#   Where something copies a whole repository or an image to another host (git push --mirror, skopeo, crane, oras, mirrors of GitLab), the copy is inside by place and operator. What a system that supports a critical function is made from is fetched from inside, or a document names its copies. How old a copy is, and how many versions it has, no file shows.
# custom:
#   id: EXI-002
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_6_01, EUCSF_SOV_6]
#   also: [GDPR_ART_44]
#   kinds: ["*", upstream, step]
#   advisory: true
#   remedy: >-
#     Keep copies on hosts inside the perimeter, made at least daily, and state them under evidence: (fact: mirror).
package bailiwick.rules.exi_002

import data.bailiwick.lib

does := "keeps copies at"

results contains lib.destination(i, does) if {
	some i, t in input.targets
	t.purpose == "mirror"
}

copies if "mirror" in input.flow.purposes

results contains {"status": "fail", "about": ["operator"], "message": "keeps copies with somebody whom the perimeter does not allow: {why}"} if {
	copies
	input.operator.answer == "outside"
}

results contains r if {
	copies
	not input.operator.answer == "outside"
	r := lib.judge(lib.own, "keeps copies in")
	r.status != "pass"
}

results contains {"status": "undecided", "about": ["operator"], "message": "who keeps the copies is not established: {why}"} if {
	copies
	input.operator.answer == "unsure"
	lib.judge(lib.own, "").status == "pass"
}

results contains {"status": "pass", "about": ["operator"]} if {
	copies
	input.operator.answer in {"inside", "tolerated"}
	lib.judge(lib.own, "").status == "pass"
}

# What a critical system is made from: asked of what deploys and runs it, not of every
# step that builds something.
made contains i if {
	not input.flow
	input.kind in {"pipeline", "compute", "function", "model-endpoint", "training", "notebook"}
	some i, t in input.targets
	t.purpose in {"source", "registry"}
}

away contains i if {
	some i in made
	not near(input.targets[i])
}

near(t) if t.listed == "inside"

near(t) if {
	t.operator.answer in {"inside", "tolerated"}
	count(t.places) > 0
	every p in t.places { p.answer == "inside" }
}

stated if input.settings.mirror.value == true

results contains {"status": "pass", "about": ["setting:mirror"]} if {
	input.critical
	count(made) > 0
	fallback
}

fallback if count(away) == 0

fallback if stated

results contains {"status": "undecided", "message": sprintf("whether there is a copy inside of what it takes from %s is not established: no document names one", [concat(", ", {lib.destination_name(i) | some i in away})])} if {
	input.critical
	count(away) > 0
	not stated
}
