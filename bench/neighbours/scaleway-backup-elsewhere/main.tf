# problem: database backups go to another country, and one is allowed
# ours: LOC-006
# about: backup.*(region|country)
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_rdb_instance" "records" {
  name               = "records"
  node_type          = "DB-DEV-S"
  engine             = "PostgreSQL-16"
  encryption_at_rest = true
}
