# problem: a bucket that anybody can read
# ours: EGR-012
# about: publicly (exposed|accessible)|public_access
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

resource "scaleway_object_bucket_acl" "records" {
  bucket = scaleway_object_bucket.records.id
  acl    = "public-read"
}
