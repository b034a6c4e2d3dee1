# opa test . holds the rules to what they are for, under this perimeter.
package main.test

import data.bailiwick.perimeter
import data.main

resource(type, after) := {"resource_changes": [{"address": "x", "mode": "managed", "type": type, "name": "x", "change": {"after": after}}]}

test_nothing_was_looked_at if count(main.deny) > 0 with input as {}

test_operator_that_nobody_knows if count(main.deny) > 0 with input as resource("acme_bucket", {})

test_places_of_clouds if {
	every name, _ in perimeter.clouds {
		count(main.deny) > 0 with input as resource(sprintf("%s_bucket", [name]), {"region": "nowhere-1"})
	}
}

test_every_place_inside if {
	every name, cloud in perimeter.clouds {
		every place in cloud.places {
			count(main.deny) == 0 with input as resource(sprintf("%s_bucket", [name]), {"region": place})
		}
	}
}

test_image_by_tag if count(main.deny) > 0 with input as {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "x:latest"}]}}
