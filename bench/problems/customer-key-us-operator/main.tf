# problem: a customer's key in the KMS of the same US operator
# ours: KEY-002
# about: custody|key.*(operator|provider|extern|held)|hold your own
provider "aws" {
  region = "eu-central-1"
}

resource "aws_kms_key" "records" {
  enable_key_rotation = true
}

resource "aws_db_instance" "records" {
  identifier        = "records"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  storage_encrypted = true
  kms_key_id        = aws_kms_key.records.arn
}
