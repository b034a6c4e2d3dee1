# conflict: a private, locked bucket in Paris under a key of the customer
# ours: *
# about: .
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_key_manager_key" "records" {
  name        = "records"
  usage       = "symmetric_encryption"
  algorithm   = "aes_256_gcm"
  unprotected = false
  rotation_policy {
    rotation_period = "2160h"
  }
}

resource "scaleway_object_bucket" "records" {
  name                = "records"
  object_lock_enabled = true
  tags = {
    CostCenter = "clinic"
    Project    = "records"
    Env        = "prod"
    Owner      = "platform"
    data_class = "records"
  }
}

resource "scaleway_object_bucket_server_side_encryption_configuration" "records" {
  bucket = scaleway_object_bucket.records.name
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = scaleway_key_manager_key.records.id
    }
  }
}
