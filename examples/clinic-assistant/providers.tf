terraform {
  required_providers {
    aws     = { source = "hashicorp/aws", version = "~> 6.0" }
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }
    google  = { source = "hashicorp/google", version = "~> 7.0" }
  }

  # State holds every password of the system in clear text, in Virginia.
  backend "s3" {
    bucket = "clinic-terraform-state"
    key    = "assistant/terraform.tfstate"
    region = "us-east-1"
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "replica_region" {
  type = string
}

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "replica"
  region = var.replica_region
}

# The edge needs its certificate in us-east-1; the provider was then used for more.
provider "aws" {
  alias  = "edge"
  region = "us-east-1"
}

provider "azurerm" {
  features {}
}

provider "google" {
  project = "clinic-assistant"
  region  = "europe-west2" # London: "europe" is not the European Union
}
