# problem: the environment of a container names a model service in China
# ours: LOG-003 scaleway_container.triage
# about: deepseek
provider "scaleway" {
  region = "fr-par"
}

resource "scaleway_container_namespace" "triage" {
  name = "triage"
}

resource "scaleway_container" "triage" {
  name         = "triage"
  namespace_id = scaleway_container_namespace.triage.id
  privacy      = "private"
  environment_variables = {
    OPENAI_BASE_URL = "https://api.deepseek.com/v1"
  }
}
