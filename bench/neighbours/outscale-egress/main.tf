# problem: a rule lets traffic out to any address
# ours: EGR-003
# about: egress
terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
  }
}

provider "outscale" {
  region = "eu-west-2"
}

resource "outscale_security_group" "agent" {
  security_group_name          = "agent"
  description                  = "agent"
  net_id                       = "vpc-12345678"
  remove_default_outbound_rule = true
}

resource "outscale_security_group_rule" "out" {
  flow              = "Outbound"
  security_group_id = outscale_security_group.agent.security_group_id
  ip_protocol       = "-1"
  ip_range          = "0.0.0.0/0"
}
