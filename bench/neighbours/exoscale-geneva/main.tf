# problem: a volume in Geneva; Switzerland is not in the EU
# ours: LOC-001
# about: region|residen|jurisdiction
terraform {
  required_providers {
    exoscale = { source = "exoscale/exoscale" }
  }
}

provider "exoscale" {}

resource "exoscale_block_storage_volume" "records" {
  zone = "ch-gva-2"
  name = "records"
  size = 10
}
