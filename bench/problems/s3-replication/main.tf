# problem: a bucket is replicated to a bucket outside
# ours: LOC-004
# about: replicat.*(region|outside|location|place)
# opposite: replication
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_s3_bucket" "copy" {
  provider = aws.us
  bucket   = "records-copy"
}

resource "aws_s3_bucket_replication_configuration" "records" {
  bucket = aws_s3_bucket.records.id
  role   = "arn:aws:iam::123456789012:role/replication"
  rule {
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.copy.arn
    }
  }
}
