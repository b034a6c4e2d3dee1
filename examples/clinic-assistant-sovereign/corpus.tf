# Patient records as documents, encrypted, with a second copy at another place inside the perimeter:
# that is what resilience asks for, and it need not be abroad.
resource "ovh_cloud_project_storage" "corpus" { # bailiwick: implements GDPR_ART_32, GDPR_ART_44
  service_name = var.ovh_project
  region_name  = "GRA"
  name         = "clinic-corpus"

  encryption = {
    sse_algorithm = "AES256"
  }

  versioning = {
    status = "enabled"
  }

  replication = {
    rules = [{
      id     = "second-place"
      status = "enabled"
      destination = {
        name   = ovh_cloud_project_storage.backups.name
        region = ovh_cloud_project_storage.backups.region_name
      }
    }]
  }
}

resource "ovh_cloud_project_storage" "backups" {
  service_name = var.ovh_project
  region_name  = "SBG"
  name         = "clinic-corpus-backups"

  encryption = {
    sse_algorithm = "AES256"
  }

  versioning = {
    status = "enabled"
  }
}

# Embeddings and sessions: PostgreSQL with pgvector on a private network, backups in the same region.
resource "scaleway_vpc_private_network" "assistant" {
  name = "assistant"
}

resource "scaleway_rdb_instance" "records" { # bailiwick: implements GDPR_ART_5_1_E, GDPR_ART_32
  name               = "records"
  engine             = "PostgreSQL-16"
  node_type          = "DB-PRO2-S"
  is_ha_cluster      = true
  encryption_at_rest = true
  backup_same_region = true

  private_network {
    pn_id       = scaleway_vpc_private_network.assistant.id
    enable_ipam = true
  }
}
