# Package bailiwick.lib words what most rules have in common: a set of places
# is held against the perimeter. input is described in docs/spec/rules.md.
package bailiwick.lib

# own are the indices of the places where the asset itself is.
own := [i | some i, p in input.places; p.purpose == ""]

# at are the indices of further places with one of the purposes.
at(purposes) := [i | some i, p in input.places; p.purpose in purposes]

# judge holds places against the perimeter, in one result: fail when one is
# outside, undecided when one is not established, pass when all are inside.
# There is no result for no places. does is how the message begins.
judge(places, does) := fail(places, outside(places), does) if {
	count(outside(places)) > 0
} else := unsure(places, does) if {
	count(open(places)) > 0
} else := {"status": "pass", "places": places} if {
	count(places) > 0
}

outside(places) := [i | some i in places; input.places[i].answer == "outside"]

open(places) := [i | some i in places; input.places[i].answer == "unsure"]

fail(_, out, does) := {
	"status": "fail",
	"places": out,
	"about": ["operator"],
	"message": sprintf("%s %s, outside %s%s", [does, list(out), input.limits.places, transfer_words(out)]),
	"also": transfer_duties(out),
}

unsure(places, does) := {
	"status": "undecided",
	"places": open(places),
	"message": sprintf("%s a place that is not established: {why}", [does]),
	"remedy": "Write the place where it can be read: a variable with a value in a tfvars file, a provider block with region, a module that terraform init has fetched; a plan tells more than code. What is only claimed becomes a fact with a source under --kb.",
}

# list words places: "US (us-east-1), any country that its operator chooses".
# Of a place that is several countries only those outside count.
list(places) := concat(", ", sort({where(object.union(input.places[i], {"countries": input.places[i].outside})) | some i in places}))

# list_all words places with all their countries, not only those outside.
list_all(places) := concat(", ", sort({where(input.places[i]) | some i in places}))

where(p) := "any country that its operator chooses" if {
	"*" in p.countries
} else := sprintf("%s (%s)", [countries(p.countries), p.region]) if {
	p.region != ""
} else := countries(p.countries)

# countries names at most four.
countries(cs) := concat(", ", cs) if {
	count(cs) <= 4
} else := sprintf("%s and %d more countries", [concat(", ", array.slice(cs, 0, 4)), count(cs) - 4])

# transfer_duties are the duties that arise when personal data goes to a
# country outside the EEA that no adequacy decision covers (GDPR art. 44 to 46).
transfer_duties(places) := ["GDPR_ART_44"] if {
	personal
	some i in places
	input.places[i].transfer in {"third", "partly"}
} else := []

# third are the places outside of the EEA that the perimeter allows and for which
# personal data needs a tool: no adequacy decision covers everyone there.
third := [i | some i, p in input.places; personal; p.answer != "outside"; p.transfer in {"third", "partly"}]

# tools are those of chapter V that may be a basis for them: the tool adequacy says
# that the recipient is on the list of a decision that covers only some.
tools contains t if {
	some t in input.transfers
	t.tool != "adequacy"
}

tools contains t if {
	some t in input.transfers
	t.tool == "adequacy"
	every i in third { input.places[i].transfer == "partly" }
}

based if {
	some t in tools
	t.valid
	t.covers
}

transfer_words(places) := ", a third country without an adequacy decision" if {
	personal
	some i in places
	input.places[i].transfer == "third"
} else := ", where an adequacy decision covers some recipients only" if {
	personal
	some i in places
	input.places[i].transfer == "partly"
} else := ", a country with an adequacy decision (GDPR art. 45)" if {
	personal
	some i in places
	input.places[i].transfer == "adequate"
} else := ""

personal if input.limits.gdpr != "none"

# ai are the kinds that train or run models.
ai := {"model-endpoint", "ai-service", "notebook", "training"}

# rank orders confidentiality.
rank := {"public": 0, "internal": 1, "confidential": 2, "secret": 3}

confidential if rank[input.limits.confidentiality] >= 2

# destination holds one destination that configuration names against the
# perimeter: who runs it, unless that is who runs the asset (OPR-002 judges
# them once), and where it is. does is how the message begins.
destination(i, does) := {
	"status": "fail",
	"target": i,
	"places": abroad(i),
	"message": sprintf("%s %s: {why}", [does, destination_name(i)]),
} if {
	foreign(input.targets[i])
} else := {
	"status": "fail",
	"target": i,
	"places": abroad(i),
	"message": sprintf("%s %s, which is in %s, outside %s", [does, destination_name(i), where(input.targets[i].places[abroad(i)[0]]), input.limits.places]),
} if {
	count(abroad(i)) > 0
} else := {"status": "pass", "target": i} if {
	within(input.targets[i])
} else := {
	"status": "undecided",
	"target": i,
	"places": [p | some p, x in input.targets[i].places; x.answer == "unsure"],
	"message": sprintf("%s %s, which is not established: {why}", [does, destination_name(i)]),
}

# fetched holds one from which something is fetched against the perimeter. Who runs
# it counts even where that is who runs the asset. A destination that is not known
# has no operator, and thus no answer.
fetched(i, does) := party(i, does) if {
	input.targets[i].operator.answer == "outside"
} else := destination(i, does)

foreign(t) if {
	t.operator.answer == "outside"
	not own_operator(t)
}

own_operator(t) if {
	not input.flow
	t.operator.entity != ""
	t.operator.entity == input.operator.entity
}

abroad(i) := [p | some p, x in input.targets[i].places; x.answer == "outside"]

within(t) if {
	operator_settled(t)
	count(t.places) > 0
	every p in t.places { p.answer == "inside" }
}

operator_settled(t) if own_operator(t)

operator_settled(t) if t.operator.answer in {"inside", "tolerated"}

# The name of an asset of the tree is no part of a shape; the finding has it.
destination_name(i) := input.targets[i].name if input.targets[i].name != ""

else := "another asset"

# wanted holds one switch against what it should be. There is no result where
# nothing says anything. does is how a fail begins, open what is not known.
wanted(name, value, does, open) := {
	"status": "fail",
	"about": [concat(":", ["setting", name])],
	"message": does,
} if {
	input.settings[name].known
	input.settings[name].value != value
} else := {
	"status": "undecided",
	"about": [concat(":", ["setting", name])],
	"message": sprintf("%s is not established: {why}", [open]),
} if {
	input.settings[name].known == false
} else := {"status": "pass", "about": [concat(":", ["setting", name])]} if {
	input.settings[name].known
}

# unsaid is a switch that is asked for and of which nothing says anything.
unsaid(name, open) := {
	"status": "undecided",
	"message": sprintf("%s is not established: nothing that was read says so", [open]),
} if {
	not input.settings[name]
}

# required holds one switch that should be true, and of which something should say so.
required(name, does, open) := r if {
	r := wanted(name, true, does, open)
} else := unsaid(name, open)

# party holds who is behind a target against the perimeter, wherever that is.
party(i, does) := {
	"status": "fail",
	"target": i,
	"message": sprintf("%s %s: {why}", [does, destination_name(i)]),
} if {
	input.targets[i].operator.answer == "outside"
} else := {"status": "pass", "target": i} if {
	input.targets[i].operator.answer in {"inside", "tolerated"}
} else := {
	"status": "undecided",
	"target": i,
	"message": sprintf("%s %s, and who that is, is not established: {why}", [does, destination_name(i)]),
}

# kept_days is for how many days it keeps what it holds; 0 is for ever.
kept_days := input.settings.retention_days.value if input.settings.retention_days.known

kept_words := "for ever" if kept_days == 0

else := sprintf("%v days", [kept_days])

# kept_too_long holds when a data class has a retention, and this is longer.
kept_too_long if {
	input.limits.retention_days > 0
	kept_days == 0
}

kept_too_long if {
	input.limits.retention_days > 0
	kept_days > input.limits.retention_days
}

# kept_in_time holds when a data class has a retention, and this is no longer.
kept_in_time if {
	kept_days > 0
	kept_days <= input.limits.retention_days
}

high_risk if input.ai_act in {"high-risk", "annex-i"}
