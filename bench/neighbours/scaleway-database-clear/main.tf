# problem: a database that is not encrypted at rest
# ours: KEY-001 scaleway_rdb_instance.records
# about: encrypt
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
  encryption_at_rest = false
  backup_same_region = true
}
