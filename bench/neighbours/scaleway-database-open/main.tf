# problem: the access list of a database of another tree lets in every address
# ours: EGR-012
# about: open_to_internet|exposed to the internet
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_rdb_acl" "records" {
  instance_id = "fr-par/11111111-1111-1111-1111-111111111111"
  acl_rules {
    ip          = "0.0.0.0/0"
    description = "everybody"
  }
}
