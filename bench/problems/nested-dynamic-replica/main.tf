# problem: the replica is written by a dynamic block over a list
# ours: LOC-005
# about: replica|region|location
variable "copies" {
  default = ["eu-west-1", "us-east-1"]
}

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
  dynamic "replica" {
    for_each = var.copies
    content {
      region_name = replica.value
    }
  }
}
