# problem: a machine in Tokyo; nothing but the provider says so
# ours: LOC-001
# about: region|residen|jurisdiction
terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
  }
}

provider "outscale" {
  region = "ap-northeast-1"
}

resource "outscale_vm" "agent" {
  image_id = "ami-12345678"
  vm_type  = "tinav5.c1r1p2"
}
