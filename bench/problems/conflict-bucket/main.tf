# conflict: a bucket that stays in its region
# ours: LOC-004
# about: replication
provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}
