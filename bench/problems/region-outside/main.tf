# problem: a bucket in a region outside the EU
# ours: LOC-001
# about: region|location|residen|jurisdiction
# opposite: cross-region replication
provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}
