# METADATA
# title: Azure AI deployments compute inside
# description: >-
#   The SKU of a deployment decides: Global* may compute in any Azure region, DataZone* anywhere in the data zone of the account, Standard and ProvisionedManaged in the region of the account.
# custom:
#   id: LOC-010
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2, C3A_SOV_3_01]
#   also: [GDPR_ART_44]
#   kinds: [model-endpoint, ai-service]
#   remedy: >-
#     Use the SKU Standard or ProvisionedManaged in an account inside the perimeter, or DataZoneStandard where the whole data zone is inside.
package bailiwick.rules.loc_010

import data.bailiwick.lib

results contains r if {
	input.provider == "azurerm"
	r := lib.judge(lib.at({"inference"}), "may send prompts for inference to")
}
