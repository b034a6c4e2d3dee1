# problem: the region comes from a variable's default through a map
# ours: LOC-001
# about: region|location|residen|jurisdiction
# opposite: cross-region replication
variable "stage" {
  default = "prod"
}

locals {
  place = { test = "eu-central-1", prod = "us-east-1" }
}

provider "aws" {
  region = local.place[var.stage]
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}
