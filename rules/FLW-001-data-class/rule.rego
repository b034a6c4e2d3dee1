# METADATA
# title: Every store carries a data class
# description: >-
#   Asked where the perimeter has data classes and none of them is the one of unbound assets: then all classes count together for what carries none. A perimeter whose unbound: names a class has decided.
# custom:
#   id: FLW-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_30, GDPR_ART_25_1]
#   also: [AIA_ART_10]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, log-store]
#   owned: true
#   remedy: >-
#     Tag the store with data_class, bind it in the perimeter, or say in the perimeter what unbound assets hold.
package bailiwick.rules.flw_001

import data.bailiwick.lib

asked if {
	input.limits.unbound == "open"
	input.limits.classes
}

results contains {"status": "fail", "message": sprintf("carries no data class, so that all count: %s", [concat(", ", input.limits.classes)])} if {
	asked
	not input.bound
	not input.tagged
}

results contains {"status": "undecided", "message": "which data class it carries is not established: its tag has no value that is known, or names no class"} if {
	asked
	input.tagged
}

results contains {"status": "pass"} if {
	asked
	input.bound
}
