# problem: a table has a replica outside
# ours: LOC-005
# about: replica|region|location
provider "aws" {
  region = "eu-central-1"
}

resource "aws_dynamodb_table" "records" {
  name         = "records"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name = "us-east-1"
  }
}
