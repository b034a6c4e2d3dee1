# theirs: a database without backups
# about: backup_enabled
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
  disable_backup     = true
}
