# answer: a bucket that is replicated to another region of the EU, and the copy back
# ours: LOC-004
# about: replication
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "paris"
  region = "eu-west-3"
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_s3_bucket" "copy" {
  provider = aws.paris
  bucket   = "records-copy"
}

resource "aws_s3_bucket_versioning" "records" {
  bucket = aws_s3_bucket.records.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "copy" {
  provider = aws.paris
  bucket   = aws_s3_bucket.copy.id
  versioning_configuration {
    status = "Enabled"
  }
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

resource "aws_s3_bucket_replication_configuration" "copy" {
  provider = aws.paris
  bucket   = aws_s3_bucket.copy.id
  role     = "arn:aws:iam::123456789012:role/replication"
  rule {
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.records.arn
    }
  }
}
