# problem: logs are kept for ten years, the class for one
# ours: LOG-006
# about: retention|kept
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_cockpit_source" "prompts" {
  name           = "prompts"
  type           = "logs"
  retention_days = 3650
}
