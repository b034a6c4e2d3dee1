# problem: nothing in the code says the region: an environment variable decides
# ours: LOC-002
# about: region|residen|jurisdiction
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {}

resource "scaleway_object_bucket" "records" {
  name = "records"
}
