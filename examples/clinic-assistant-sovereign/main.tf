terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway", version = "~> 2.60" }
    ovh      = { source = "ovh/ovh", version = "~> 2.9" }
  }

  # State lies in a bucket of the same European operator, reached through the S3 protocol.
  backend "s3" {
    bucket = "clinic-terraform-state"
    key    = "assistant/terraform.tfstate"
    region = "fr-par"

    endpoints = { s3 = "https://s3.fr-par.scw.cloud" }

    skip_credentials_validation = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

provider "ovh" {
  endpoint = "ovh-eu"
}

variable "ovh_project" {
  type    = string
  default = "clinic"
}
