# problem: people sign in to a cluster through Google
# ours: OPR-008
# about: oidc|identity provider|issuer
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
  oidc {
    client_id  = "agents"
    issuer_url = "https://accounts.google.com"
  }
}
