# problem: a bucket that anybody can read
# ours: EGR-012
# about: public
provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_s3_bucket_acl" "records" {
  bucket = aws_s3_bucket.records.id
  acl    = "public-read"
}
