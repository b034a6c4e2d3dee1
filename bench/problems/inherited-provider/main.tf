# problem: a module is handed a provider that is outside
# ours: LOC-001 module.store.aws_s3_bucket.records
# about: region|location|residen|jurisdiction
# opposite: cross-region replication
# subject: records
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "edge"
  region = "us-east-1"
}

module "store" {
  source    = "./store"
  providers = { aws = aws.edge }
}
