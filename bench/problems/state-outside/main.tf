# problem: the state, with every password in it, lies in the US
# ours: LOC-016
# about: state|backend
terraform {
  backend "s3" {
    bucket = "clinic-state"
    key    = "terraform.tfstate"
    region = "us-east-1"
  }
}

resource "scaleway_object_bucket" "records" {
  name   = "records"
  region = "fr-par"
}
