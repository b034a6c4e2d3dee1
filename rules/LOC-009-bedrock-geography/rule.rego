# METADATA
# title: Amazon Bedrock computes inside
# description: >-
#   The prefix of a model or inference profile decides where prompts are computed: eu. anywhere in the EU regions, us. and apac. likewise, global. in all commercial regions.
# custom:
#   id: LOC-009
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2, C3A_SOV_3_01]
#   also: [GDPR_ART_44]
#   kinds: [model-endpoint, ai-service, function]
#   remedy: >-
#     Use a model id without prefix (the source region only) or the profile of a geography that lies inside the perimeter.
package bailiwick.rules.loc_009

import data.bailiwick.lib

results contains r if {
	input.provider == "aws"
	r := lib.judge(lib.at({"inference"}), "may send prompts for inference to")
}
