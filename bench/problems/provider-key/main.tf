# problem: patient records under a key that the provider holds
# ours: KEY-001
# about: customer.managed|cmk|cmek|kms
provider "aws" {
  region = "eu-central-1"
}

resource "aws_db_instance" "records" {
  identifier        = "records"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  storage_encrypted = true
}
