# theirs: an agent is given a tool that runs in the US
# about: mcp_server
provider "scaleway" {
  region = "fr-par"
}

resource "scaleway_registry_namespace" "triage" {
  name = "triage"
}
