# Plans of Terraform and OpenTofu: terraform show -json PLAN.
package bailiwick.terraform

import data.bailiwick.lib
import data.bailiwick.perimeter

plan if input.resource_changes

# changes are resources that will be there.
changes contains c if {
	some c in input.resource_changes
	c.mode == "managed"
	is_object(c.change.after)
}

# tools make files, names and keys on the machine, or objects of a cluster: they
# are in no place of their own.
tools := {"archive", "cloudinit", "helm", "kubectl", "kubernetes", "local", "null", "random", "template", "terraform", "time", "tls"}

provider(type) := split(split(type, "_")[0], "-")[0]

# Operators: nothing of a cloud that is not inside, or that nobody knows.
deny contains sprintf("%s: the perimeter knows no operator of %s: it is not inside (OPR-001)", [c.address, provider(c.type)]) if {
	some c in changes
	not provider(c.type) in tools
	not perimeter.clouds[provider(c.type)]
}

deny contains sprintf("%s: nothing may run at %s: %s (OPR-001)", [c.address, cloud.name, cloud.why]) if {
	some c in changes
	cloud := perimeter.clouds[provider(c.type)]
	not cloud.open
}

# Places: what a resource says at any depth, and where copies of it go.
words := {
	"availability_zone", "availability_zones", "data_location", "datacenter", "destination_region", "failover_location", "home_region", "location", "locations", "region",
	"region_name", "regions", "replica_region", "replica_regions", "secondary_location", "source_region", "target_region", "zone", "zones",
}

places contains [c, place] if {
	some c in changes
	some [path, text] in lib.strings(c.change.after)
	lib.key(path) in words
	regex.match(`[A-Za-z]`, text)
	not regex.match(`^(s3|gs|wasbs?|abfss?|hdfs)://`, text)
	parts := split(text, "/")
	place := {true: parts[count(parts) - 1], false: text}[contains(text, "://")]
}

deny contains sprintf("%s: %s is not inside %s (LOC-001)", [c.address, place, perimeter.inside]) if {
	some [c, place] in places
	cloud := perimeter.clouds[provider(c.type)]
	cloud.open
	not lib.inside(cloud, place)
}

# A place that is written and known only when it is applied could be any.
deny contains sprintf("%s: its %s is known only when the plan is applied; write it down (LOC-001)", [c.address, word]) if {
	some c in changes
	perimeter.clouds[provider(c.type)].open
	some word in words
	c.change.after_unknown[word] == true
	walk(input.configuration, [_, r])
	r.type == c.type
	r.name == c.name
	r.expressions[word]
}

# Names of resources at AWS hold the region they are in.
deny contains sprintf("%s: %s is in %s, which is not inside %s (LOC-001)", [c.address, m[0], m[1], perimeter.inside]) if {
	some c in changes
	some [_, text] in lib.strings(c.change.after)
	some m in regex.find_all_string_submatch_n(`arn:aws[a-z-]*:[a-z0-9-]*:([a-z]{2}(?:-[a-z]+)+-\d+):`, text, -1)
	not lib.inside(object.get(perimeter.clouds, "aws", {"places": []}), m[1])
}

# Configurations of providers, each alias: they place what says nothing itself.
configured contains [key, cloud, word, place] if {
	some [key, cloud, word, e] in expressions
	place := e.constant_value
}

configured contains [key, cloud, word, place] if {
	some [key, cloud, word, e] in expressions
	place := variable(key, e)
}

expressions contains [key, cloud, word, e] if {
	some key, c in input.configuration.provider_config
	cloud := perimeter.clouds[provider(c.name)]
	cloud.open
	some word in ["region", "zone", "location"]
	e := c.expressions[word]
}

# variable is the value of one of the root, as it is for this plan.
variable(key, e) := input.variables[name].value if {
	not input.configuration.provider_config[key].module_address
	count(e.references) == 1
	name := trim_prefix(e.references[0], "var.")
}

deny contains sprintf("provider %s: %s is not inside %s (LOC-001)", [key, place, perimeter.inside]) if {
	some [key, cloud, _, place] in configured
	not lib.inside(cloud, place)
}

deny contains sprintf("provider %s: its %s is computed; write it down, or name one variable of the root (LOC-001)", [key, word]) if {
	some [key, cloud, word, _] in expressions
	not settled(key, word)
}

settled(key, word) if {
	some [k, _, w, _] in configured
	k == key
	w == word
}

# Where the provider has no place either, the environment says it, which no plan shows.
deny contains sprintf("%s: neither it nor the provider says where it is (LOC-001)", [c.address]) if {
	some c in changes
	name := provider(c.type)
	name in {"aws", "google", "scaleway"}
	perimeter.clouds[name].open
	not says_place(c)
	not says_provider(name)
}

says_place(c) if {
	some [d, _] in places
	d.address == c.address
}

says_provider(name) if {
	some key, c in input.configuration.provider_config
	provider(c.name) == name
	some word in ["region", "zone"]
	c.expressions[word]
}

# Models: a profile of Bedrock computes anywhere in its geography, a deployment of
# Azure anywhere in its data zone or in the world.
deny contains sprintf("%s: %s computes anywhere in the geography %s, which is not inside %s (LOC-009)", [c.address, text, m[1], perimeter.inside]) if {
	some c in changes
	some [_, text] in lib.strings(c.change.after)
	some m in regex.find_all_string_submatch_n(`(?:^|inference-profile/)([a-z]{2,6}(?:-gov)?)\.[a-z0-9]+\.[a-z0-9]`, text, -1)
	geographies := perimeter.clouds.aws.geographies
	m[1] in (object.keys(geographies) | {"global"})
	not geographies[m[1]]
}

deny contains sprintf("%s: %s computes outside of the region (LOC-010)", [c.address, name]) if {
	some c in changes
	c.type == "azurerm_cognitive_deployment"
	some name in kinds(c)
	not regional(name)
}

deny contains sprintf("%s: of which kind the deployment is, is known only when the plan is applied; write it down (LOC-010)", [c.address]) if {
	some c in changes
	c.type == "azurerm_cognitive_deployment"
	count(kinds(c)) == 0
}

# kinds are what a deployment says of itself, in a block sku, or in scale before
# version 4 of the provider.
kinds(c) := {name |
	some block, field in {"sku": "name", "scale": "type"}
	some b in c.change.after[block]
	name := b[field]
	is_string(name)
}

regional(name) if lower(name) in {"standard", "provisionedmanaged"}

regional(name) if {
	startswith(lower(name), "datazone")
	perimeter.clouds.azurerm.zoned
}

# Images and hosts, at any depth, such as in definitions of containers.
deny contains sprintf("%s: %s", [c.address, why]) if {
	some c in changes
	some [path, text] in lib.strings(c.change.after)
	lib.key(path) in {"image", "image_uri", "docker_image", "docker_image_name", "registry_image"}
	text != ""
	some why in lib.image(text)
}

deny contains sprintf("%s: %s", [c.address, why]) if {
	some c in changes
	some [path, text] in lib.strings(c.change.after)
	some word in path
	is_string(word)
	regex.match(`^(env|environment|environment_variables|app_settings|endpoint|endpoint_url|webhook_url|url|uri|value)$`, word)
	some why in lib.sends(text)
}
