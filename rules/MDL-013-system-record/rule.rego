# METADATA
# title: The record of an AI system is complete for the duties of the day
# description: >-
#   Asked of every system that the perimeter records, once; where it names the AI Act and no system, of all together. In force today: what kind of system it is, that it does nothing that is prohibited (Article 5), that its people know what they use (Article 4), and, unless it is minimal, that people are told (Article 50). What the AI Act asks of high-risk systems is counted as not in force before its day. Documents show it, under evidence: with the system as about; no file does.
# custom:
#   id: MDL-013
#   severity: medium
#   basis: requirement
#   requirements: [AIA_ART_4, AIA_ART_5, AIA_ART_50]
#   also: [AIA_ART_9, AIA_ART_13, AIA_ART_14, AIA_ART_17, AIA_ART_26, AIA_ART_27, AIA_ART_49, AIA_ART_72, GDPR_ART_22, GDPR_ART_35]
#   kinds: [system]
#   advisory: true
#   remedy: >-
#     State ai_act under systems:, and the documents under evidence: (about: the system; fact: literacy, practices, notice, and of a high-risk system risks, instructions, oversight, quality, monitoring, fria, registration, dpia).
package bailiwick.rules.mdl_013

import data.bailiwick.lib

# duties are the facts that documents show, with the clauses that ask for them.
duties := object.union_n([always, told, high])

always := {
	"literacy": {"rests_on": ["AIA_ART_4"], "what": "that its people know what they use"},
	"practices": {"rests_on": ["AIA_ART_5"], "what": "that it does nothing that is prohibited"},
}

told := {"notice": {"rests_on": ["AIA_ART_50"], "what": "that people are told that they meet an AI, and that its output is marked"}} if {
	not input.ai_act in {"minimal", ""}
}

else := {}

high := {
	"risks": {"rests_on": ["AIA_ART_9"], "what": "a risk management system"},
	"instructions": {"rests_on": ["AIA_ART_13"], "what": "instructions for use"},
	"oversight": {"rests_on": ["AIA_ART_14"], "what": "who oversees and can stop it"},
	"quality": {"rests_on": ["AIA_ART_17"], "what": "a quality management system"},
	"monitoring": {"rests_on": ["AIA_ART_26", "AIA_ART_72"], "what": "how it is watched in use"},
	"fria": {"rests_on": ["AIA_ART_27"], "what": "an assessment of its effect on fundamental rights"},
	"registration": {"rests_on": ["AIA_ART_49"], "what": "its registration"},
	"dpia": {"rests_on": ["GDPR_ART_35"], "what": "an impact assessment"},
} if lib.high_risk

else := {}

shown(fact) if input.papers.documents[fact]

results contains {
	"status": "fail",
	"rests_on": ["AIA_ART_5"],
	"message": "is a system of a kind that the AI Act prohibits",
} if {
	input.ai_act == "prohibited"
}

results contains {
	"status": "undecided",
	"rests_on": ["AIA_ART_5", "AIA_ART_50"],
	"message": "is a system of which the perimeter does not say what class the AI Act gives it",
} if {
	input.ai_act == ""
}

results contains {
	"status": "undecided",
	"rests_on": d.rests_on,
	"about": [concat(":", ["document", fact])],
	"message": sprintf("has no document that shows %s", [d.what]),
} if {
	input.ai_act != "prohibited"
	some fact, d in duties
	not shown(fact)
}

results contains {"status": "pass", "rests_on": d.rests_on, "about": [concat(":", ["document", fact])]} if {
	input.ai_act != "prohibited"
	some fact, d in duties
	shown(fact)
}

# A decision without a person needs safeguards: oversight that a document shows is one (GDPR art. 22).
results contains {"status": "pass", "rests_on": ["GDPR_ART_22"], "about": ["document:oversight"]} if {
	lib.high_risk
	shown("oversight")
}
