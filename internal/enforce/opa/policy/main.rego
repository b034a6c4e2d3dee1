# The entry for Conftest (namespace main) and for plain OPA (data.main.deny).
package main

import data.bailiwick.kubernetes
import data.bailiwick.terraform

deny contains msg if some msg in terraform.deny

deny contains msg if some msg in kubernetes.deny

# What is neither was not looked at, and that is no pass.
deny contains "this is no plan of Terraform as JSON (terraform show -json PLAN) and no object of Kubernetes: nothing was looked at" if {
	not terraform.plan
	count(kubernetes.objects) == 0
}
