# problem: a bucket without a key of the customer
# ours: KEY-001 scaleway_object_bucket.records
# about: kms|customer.*key|encrypt
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_object_bucket" "records" {
  name = "records"
}
