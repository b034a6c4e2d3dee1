# METADATA
# title: Connections use TLS 1.2 or later
# description: >-
#   The lowest version that a service accepts, and whether it also answers without any.
# custom:
#   id: ENC-001
#   severity: high
#   basis: requirement
#   requirements: [GDPR_ART_32]
#   also: [NIS2_ART_21_2_H]
#   kinds: ["*"]
#   remedy: >-
#     Raise the lowest TLS version to 1.2 or 1.3, and redirect or refuse plain connections.
package bailiwick.rules.enc_001

import data.bailiwick.lib

enough := {"1.2", "1.3"}

# Other words than these are of nobody who wrote a version.
old := {"1.0", "1.1"}

results contains {"status": "fail", "about": ["setting:tls_min"], "message": sprintf("accepts TLS %s", [input.settings.tls_min.value])} if {
	input.settings.tls_min.value in old
}

results contains {"status": "undecided", "about": ["setting:tls_min"], "message": sprintf("which versions of TLS it accepts is not established: %v is none that is known", [input.settings.tls_min.value])} if {
	input.settings.tls_min.known
	not input.settings.tls_min.value in enough | old
}

results contains {"status": "undecided", "about": ["setting:tls_min"], "message": "which versions of TLS it accepts is not established: {why}"} if {
	input.settings.tls_min.known == false
}

results contains {"status": "pass", "about": ["setting:tls_min"]} if {
	input.settings.tls_min.value in enough
}

results contains r if {
	r := lib.wanted("cleartext", false, "also answers without TLS", "whether it also answers without TLS")
	not said(r)
}

# One pass for an asset is enough.
said(r) if {
	r.status == "pass"
	input.settings.tls_min
}
