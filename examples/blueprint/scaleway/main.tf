# The whole chain on Scaleway. terraform init && terraform plan works as it stands, with credentials in the environment.
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway", version = "~> 2.60" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-2"
}

module "ingestion" {
  source        = "../modules/scaleway/ingestion"
  name          = "records"
  region        = "fr-par"
  second_region = "nl-ams"
  keep_days     = 3650
}

module "training" {
  source = "../modules/scaleway/training"
  name   = "finetune"
  zone   = "fr-par-2"
}

module "inference" {
  source     = "../modules/scaleway/inference"
  name       = "assistant"
  region     = "fr-par"
  model_name = "mistral/mistral-small-24b-instruct-2501:fp8"
}
