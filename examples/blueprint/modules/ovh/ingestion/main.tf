# Where records arrive: an encrypted store with a copy at a second place of the Union.
terraform {
  required_providers {
    ovh = { source = "ovh/ovh" }
  }
}

variable "project" {
  type = string
}

variable "name" {
  type = string
}

variable "region" {
  type = string
  validation {
    condition     = contains(["GRA", "SBG", "RBX", "DE", "WAW"], var.region)
    error_message = "Choose a region of OVHcloud in the EU: GRA, SBG, RBX, DE, WAW."
  }
}

variable "second_region" {
  description = "Where the second copy is: resilience asks for another place, not for another bloc."
  type        = string
  validation {
    condition     = contains(["GRA", "SBG", "RBX", "DE", "WAW"], var.second_region)
    error_message = "Choose a region of OVHcloud in the EU: GRA, SBG, RBX, DE, WAW."
  }
}

resource "ovh_cloud_project_storage" "copy" {
  service_name = var.project
  region_name  = var.second_region
  name         = "${var.name}-copy"
  encryption   = { sse_algorithm = "AES256" }
  versioning   = { status = "enabled" }
}

resource "ovh_cloud_project_storage" "records" {
  service_name = var.project
  region_name  = var.region
  name         = var.name
  encryption   = { sse_algorithm = "AES256" }
  versioning   = { status = "enabled" }

  replication = {
    rules = [{
      id     = "second-place"
      status = "enabled"
      destination = {
        name   = ovh_cloud_project_storage.copy.name
        region = var.second_region
      }
    }]
  }
}

output "store" {
  value = ovh_cloud_project_storage.records.name
}
