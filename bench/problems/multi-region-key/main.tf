# problem: a key that is replicated to another region outside
# ours: KEY-003
# about: multi.?region.*key|key.*(replica|region)
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

resource "aws_kms_key" "records" {
  multi_region        = true
  enable_key_rotation = true
}

resource "aws_kms_replica_key" "records" {
  provider        = aws.us
  primary_key_arn = aws_kms_key.records.arn
}
