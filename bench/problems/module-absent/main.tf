# problem: the module that builds the store was not fetched
# ours: LOC-002
# about: module.*(not|could|unknown)|not.*(fetched|found|read)
provider "aws" {
  region = "eu-central-1"
}

module "records" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "5.2.0"
  bucket  = "records"
}
