# problem: a place in the EU under an operator that is seated and controlled outside
# ours: OPR-002
# about: sovereign|headquarters|capital
terraform {
  required_providers {
    exoscale = { source = "exoscale/exoscale" }
  }
}

provider "exoscale" {}

resource "exoscale_sks_cluster" "agents" {
  zone          = "at-vie-1"
  name          = "agents"
  service_level = "pro"
  auto_upgrade  = true
}
