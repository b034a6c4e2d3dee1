# METADATA
# title: Logs are kept long enough and no longer
# description: >-
#   A floor of six months for logs of high-risk AI systems (AI Act art. 19 and 26, from 2 December 2027), a ceiling where the data class has a retention (GDPR art. 5(1)(e)). Other logs have no floor in law.
# custom:
#   id: LOG-006
#   severity: medium
#   basis: requirement
#   requirements: [AIA_ART_19, AIA_ART_26]
#   also: [GDPR_ART_5_1_E]
#   kinds: [log-store]
#   owned: true
#   remedy: >-
#     Set a retention of at least 183 days for high-risk AI systems, and no longer than the retention of the data class.
package bailiwick.rules.log_006

import data.bailiwick.lib

floor := 183

results contains {
	"status": "fail",
	"about": ["setting:retention_days"],
	"message": sprintf("keeps logs of a high-risk AI system %d days, less than %d", [lib.kept_days, floor]),
} if {
	lib.high_risk
	lib.kept_days > 0
	lib.kept_days < floor
}

results contains {
	"status": "fail",
	"basis": "perimeter",
	"about": ["setting:retention_days"],
	"also": ["GDPR_ART_5_1_E"],
	"message": sprintf("keeps logs %s, longer than the %d days of the data class", [lib.kept_words, input.limits.retention_days]),
} if {
	lib.kept_too_long
}

# Who asks decides the basis: the floor alone asks nothing before it is in force.
results contains {
	"status": "undecided",
	"basis": "perimeter",
	"about": ["setting:retention_days"],
	"message": open,
} if {
	input.limits.retention_days > 0
	open
}

results contains {
	"status": "undecided",
	"about": ["setting:retention_days"],
	"message": open,
} if {
	input.limits.retention_days == 0
	lib.high_risk
	open
}

# A log store keeps its logs for some time, whether or not a setting says so.
open := "how long logs are kept is not established: {why}" if {
	input.settings.retention_days.known == false
} else := "how long logs are kept is not established: no setting says so" if {
	not input.settings.retention_days
}

results contains {"status": "pass", "about": ["setting:retention_days"], "basis": "perimeter"} if {
	lib.kept_in_time
}

results contains {"status": "pass", "about": ["setting:retention_days"]} if {
	lib.high_risk
	kept
}

kept if lib.kept_days >= floor

kept if lib.kept_days == 0
