# problem: a volume in New Jersey, by the region of the provider
# ours: LOC-001
# about: region|residen|jurisdiction
terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
  }
}

provider "outscale" {
  region = "us-east-2"
}

resource "outscale_volume" "records" {
  subregion_name = "us-east-2a"
  size           = 10
  volume_type    = "standard"
}
