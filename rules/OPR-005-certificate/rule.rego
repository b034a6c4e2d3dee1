# METADATA
# title: A certificate is in force for the service and region that are used
# description: >-
#   Asked once of each operator: of SecNumCloud where the perimeter names SNC, of C5 where it names C5, of any scheme where it names EUCSF. The scope has to have the service and the region; a certificate of the company is none of the service. That there is none is a gap of the framework that was chosen, never one of the GDPR.
# custom:
#   id: OPR-005
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_7, C5_PSS_12]
#   kinds: [party]
#   remedy: >-
#     Use the services and regions that the certificate has, or state the certificate under evidence: (fact: certificate, value: the scheme, covers: its scope, expires: its last day).
package bailiwick.rules.opr_005

any := {"secnumcloud", "c5", "eucs", "iso27001", "hds"}

wanted contains {"name": "SecNumCloud", "schemes": {"secnumcloud"}} if "SNC" in input.limits.frameworks

wanted contains {"name": "C5", "schemes": {"c5"}} if "C5" in input.limits.frameworks

wanted contains {"name": "a scheme", "schemes": any} if "EUCSF" in input.limits.frameworks

# having are the services for which a certificate of the schemes stands so.
having(schemes, standing) := {i |
	some i, s in input.papers.services
	some scheme in schemes
	s.certificates[scheme] == standing
}

all_of := {i | some i, _ in input.papers.services}

results contains {"status": "pass", "about": ["papers"]} if {
	count(wanted) > 0
	count(all_of) > 0
	every w in wanted { count(all_of - having(w.schemes, "valid")) == 0 }
}

results contains {"status": "fail", "about": ["papers"], "message": sprintf("has a certificate of %s that does not have %s", [w.name, list(gap)])} if {
	some w in wanted
	gap := ((having(w.schemes, "other") - having(w.schemes, "valid")) - having(w.schemes, "claimed")) - having(w.schemes, "ended")
	count(gap) > 0
}

results contains {"status": "fail", "about": ["papers"], "message": sprintf("has a certificate of %s for %s that has ended", [w.name, list(gap)])} if {
	some w in wanted
	gap := (having(w.schemes, "ended") - having(w.schemes, "valid")) - having(w.schemes, "claimed")
	count(gap) > 0
}

results contains {"status": "undecided", "about": ["papers"], "message": sprintf("whether a certificate of %s is in force for %s is not established: it is only claimed, or nobody says until when", [w.name, list(gap)])} if {
	some w in wanted
	gap := having(w.schemes, "claimed") - having(w.schemes, "valid")
	count(gap) > 0
}

results contains {"status": "undecided", "message": sprintf("whether a certificate of %s is in force for %s is not established: none is known", [w.name, list(gap)])} if {
	some w in wanted
	gap := ((all_of - having(w.schemes, "valid")) - having(w.schemes, "claimed")) - (having(w.schemes, "ended") | having(w.schemes, "other"))
	count(gap) > 0
}

# list names at most three.
list(gap) := concat(", ", names(gap)) if {
	count(names(gap)) <= 3
} else := sprintf("%s and %d more services", [concat(", ", array.slice(names(gap), 0, 3)), count(names(gap)) - 3])

names(gap) := sort({n | some i in gap; n := name(input.papers.services[i])})

name(s) := sprintf("%s in %s", [s.name, s.region]) if {
	s.region != ""
} else := s.name
