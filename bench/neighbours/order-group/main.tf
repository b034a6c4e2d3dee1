# conflict: a security group that drops all that is not named
# ours: *
# about: .
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_instance_security_group" "agent" {
  name                    = "agent"
  inbound_default_policy  = "drop"
  outbound_default_policy = "drop"
  inbound_rule {
    action   = "accept"
    port     = 443
    ip_range = "10.0.0.0/8"
  }
}
