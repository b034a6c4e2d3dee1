# theirs: a policy that allows every action
# about: administrative_privileges
terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
  }
}

provider "outscale" {
  region = "eu-west-2"
}

resource "outscale_policy" "agent" {
  policy_name = "agent"
  document    = "{\"Statement\":[{\"Action\":[\"*\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"]}],\"Version\":\"2012-10-17\"}"
}
