# The whole chain on OVHcloud. terraform init && terraform plan works as it stands, with credentials in the environment.
terraform {
  required_providers {
    ovh = { source = "ovh/ovh", version = "~> 2.9" }
  }
}

provider "ovh" {
  endpoint = "ovh-eu"
}

variable "project" {
  description = "Id of the Public Cloud project."
  type        = string
  default     = "0123456789abcdef0123456789abcdef"
}

module "ingestion" {
  source        = "../modules/ovh/ingestion"
  project       = var.project
  name          = "records"
  region        = "GRA"
  second_region = "SBG"
}

module "training" {
  source  = "../modules/ovh/training"
  project = var.project
  name    = "finetune"
  region  = "GRA"
}

module "inference" {
  source  = "../modules/ovh/inference"
  project = var.project
  name    = "assistant"
  region  = "GRA9"
}
