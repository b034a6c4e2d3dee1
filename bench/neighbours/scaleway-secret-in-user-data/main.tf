# theirs: a password in the start script of a machine
# about: secrets_in_user_data
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_instance_server" "agent" {
  type  = "DEV1-S"
  image = "ubuntu_jammy"
  tags  = ["CostCenter=clinic", "Project=records", "Env=prod", "Owner=platform"]
  user_data = {
    "cloud-init" = "#cloud-config\nruncmd:\n  - export DB_PASSWORD=Sup3rS3cretOfTheClinic"
  }
}
