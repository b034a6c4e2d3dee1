# METADATA
# title: Manifests say from which index their packages come
# description: >-
#   Package managers fetch from a default index unless their configuration names another. Where no file near a manifest names one, and no build step beside it fetches packages, the default counts. An index that is named, MDL-004 judges.
# custom:
#   id: SCM-006
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_4_05, C3A_SOV_4_09, C3A_SOV_6_01]
#   kinds: [artifact]
#   remedy: >-
#     Name a mirror inside the perimeter beside the manifest (pip.conf, .npmrc, nuget.config, settings.xml, .cargo/config.toml; GOPROXY in the build), so that every machine fetches from there.
package bailiwick.rules.scm_006

import data.bailiwick.lib

index contains i if {
	some i, t in input.targets
	t.purpose == "index"
}

results contains lib.destination(i, "names no index for its packages, so they come from") if {
	some i in index
	input.targets[i].listed == "not-asked"
}

results contains {"status": "pass", "target": i} if {
	some i in index
	input.targets[i].listed == "inside"
}

# Who has registries of its own may have told its machines.
results contains {"status": "undecided", "target": i, "message": sprintf("names no index for its packages: whether they come from an approved registry or from %s, the default, no file says", [lib.destination_name(i)])} if {
	some i in index
	input.targets[i].listed == "outside"
}
