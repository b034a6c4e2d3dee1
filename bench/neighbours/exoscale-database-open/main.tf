# problem: a managed database lets in every address
# ours: EGR-012
# about: open_to_internet|exposed to the internet
terraform {
  required_providers {
    exoscale = { source = "exoscale/exoscale" }
  }
}

provider "exoscale" {}

resource "exoscale_dbaas" "records" {
  zone = "at-vie-1"
  name = "records"
  type = "pg"
  plan = "startup-4"
  pg {
    ip_filter = ["0.0.0.0/0"]
  }
}
