# problem: one bucket takes the aliased provider, which is outside
# ours: LOC-001 aws_s3_bucket.records
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

resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket" "records" {
  provider = aws.edge
  bucket   = "records"
}
