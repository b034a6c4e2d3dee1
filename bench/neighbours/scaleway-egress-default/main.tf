# problem: nothing is written of outgoing traffic, and the default lets all out
# ours: EGR-003
# about: egress
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
  name                   = "agent"
  inbound_default_policy = "drop"
}
