# METADATA
# title: Somebody else can take over
# description: >-
#   For systems that support a critical function: what they stand on has an open interface that others offer, or a document names a substitute.
# custom:
#   id: EXI-004
#   severity: medium
#   basis: perimeter
#   requirements: [SNC_19_6, C3A_SOV_6_02, DORA_ART_29_1, EUCSF_SOV_6]
#   kinds: ["*"]
#   advisory: true
#   owned: true
#   remedy: >-
#     Use a service with an open interface (S3, PostgreSQL, Kubernetes, OCI registry), or state a substitute under evidence: (fact: substitute).
package bailiwick.rules.exi_004

import data.bailiwick.lib

# What others offer by the same interface: S3, disks, NFS, Kubernetes, machines, OCI, TLS.
open_kinds := {"object-store", "block-store", "file-store", "cluster", "compute", "registry", "load-balancer", "dns", "network-link", "key", "secret-store", "backup", "log-store", "cache"}

portable if input.settings.substitute.value == true

portable if input.settings.portable.value == true

portable if {
	input.kind in open_kinds
	not input.settings.portable
}

closed if {
	input.settings.portable.value == false
	not input.settings.substitute.value == true
}

results contains {"status": "pass"} if {
	input.critical
	portable
}

results contains {"status": "fail", "about": ["setting:portable"], "message": "has an interface that no other provider offers, and no document names a substitute"} if {
	input.critical
	closed
}

results contains {"status": "undecided", "message": "whether somebody else can take it over is not established: no document names a substitute"} if {
	input.critical
	not portable
	not closed
}
