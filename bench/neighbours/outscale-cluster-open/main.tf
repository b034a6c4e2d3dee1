# problem: the API of a cluster lets in every address
# ours: EGR-012
# about: cluster.*(public|internet)
terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
  }
}

provider "outscale" {
  region = "eu-west-2"
}

resource "outscale_oks_cluster" "agents" {
  name            = "agents"
  project_id      = "11111111-1111-1111-1111-111111111111"
  version         = "1.32"
  cp_subregions   = ["eu-west-2a"]
  cidr_pods       = "10.91.0.0/16"
  cidr_service    = "10.92.0.0/16"
  admin_whitelist = ["0.0.0.0/0"]
}
