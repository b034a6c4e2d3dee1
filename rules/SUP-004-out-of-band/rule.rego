# METADATA
# title: Consoles that pass the network by are closed
# description: >-
#   Serial consoles, browser shells and direct access to disks reach a machine without its network.
# custom:
#   id: SUP-004
#   severity: medium
#   basis: perimeter
#   requirements: [C3A_SOV_4_02, EUCSF_SOV_4]
#   kinds: [guard, account, compute]
#   advisory: true
#   remedy: >-
#     Switch them off at the organisation (compute.disableSerialPortAccess, serial console access of the account).
package bailiwick.rules.sup_004

import data.bailiwick.lib

results contains r if {
	r := lib.wanted("out_of_band", false, "can be reached past the network (serial console, browser shell)", "whether it can be reached past the network")
}
