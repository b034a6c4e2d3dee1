# METADATA
# title: Images are fixed by digest
# description: >-
#   A tag can be moved to other content by whoever runs the registry or publishes the image. Asked for
#   confidential and secret data.
# custom:
#   id: SCM-002
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_05, C3A_SOV_4_09, C3A_SOV_6_02]
#   kinds: [compute, function, training, notebook, model-endpoint, pipeline]
#   remedy: >-
#     Name images by digest (name@sha256:…), which a renovation tool can keep current.
package bailiwick.rules.scm_002

import data.bailiwick.lib

results contains r if {
	lib.confidential
	r := lib.wanted("pinned_image", true, "runs an image by a tag that can be moved", "whether its images are fixed")
}
