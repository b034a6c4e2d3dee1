# theirs: an application of the tree calls OpenAI
# about: openai
provider "scaleway" {
  region = "fr-par"
}

resource "scaleway_registry_namespace" "triage" {
  name = "triage"
}
