# What a team writes by hand for Conftest when data must stay in the EU: every
# region or location that stands in a block must begin like a European one. It
# is here so that Conftest, which has no rules of its own, can be compared.
package region

import rego.v1

european := ["eu-central-", "eu-west-1", "eu-west-3", "eu-north-1", "eu-south-", "europe-", "EU", "westeurope", "northeurope", "swedencentral", "germany", "france", "fr-", "nl-", "pl-", "GRA", "SBG", "DE", "WAW"]

attribute := {"region", "location", "zone", "primary_location", "replica_region", "region_name"}

inside(v) if {
	some prefix in european
	startswith(v, prefix)
}

deny contains msg if {
	some kind in ["provider", "resource", "terraform"]
	walk(input[kind], [path, value])
	attribute[path[count(path) - 1]]
	is_string(value)
	not startswith(value, "${")
	not inside(value)
	msg := sprintf("%s %s: region %q is not in the EU", [kind, concat(".", [p | some p in path; is_string(p)]), value])
}
