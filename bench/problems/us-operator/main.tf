# problem: an EU region of a company under US law
# ours: OPR-002
# about: operator|sovereign|jurisdiction|cloud act
# opposite: cross-region replication
provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}
