# Where records arrive: two encrypted buckets in two countries of the Union, that delete what has had its time.
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

variable "name" {
  type = string
}

variable "region" {
  description = "Where the records are."
  type        = string
  validation {
    condition     = contains(["fr-par", "nl-ams", "pl-waw", "it-mil"], var.region)
    error_message = "Choose a region of Scaleway in the EU: fr-par, nl-ams, pl-waw, it-mil."
  }
}

variable "second_region" {
  description = "Where the second copy is: resilience asks for another place, not for another bloc."
  type        = string
  validation {
    condition     = contains(["fr-par", "nl-ams", "pl-waw", "it-mil"], var.second_region)
    error_message = "Choose a region of Scaleway in the EU: fr-par, nl-ams, pl-waw, it-mil."
  }
}

variable "keep_days" {
  description = "Days after which objects are deleted."
  type        = number
  validation {
    condition     = var.keep_days > 0
    error_message = "Records are kept for a time, not for ever."
  }
}

resource "scaleway_object_bucket" "records" {
  for_each = { first = var.region, second = var.second_region }
  name     = "${var.name}-${each.key}"
  region   = each.value

  versioning {
    enabled = true
  }

  lifecycle_rule {
    id      = "retention"
    enabled = true
    expiration {
      days = var.keep_days
    }
  }
}

resource "scaleway_object_bucket_server_side_encryption_configuration" "records" {
  for_each = scaleway_object_bucket.records
  bucket   = each.value.name
  region   = each.value.region

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

output "bucket" {
  value = scaleway_object_bucket.records["first"].name
}
