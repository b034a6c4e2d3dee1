# A French model on a dedicated deployment in Paris, without a public endpoint.
resource "scaleway_inference_deployment" "assistant" {
  name        = "assistant"
  node_type   = "L40S"
  model_name  = "mistral/mistral-small-24b-instruct-2501:fp8"
  accept_eula = true

  private_endpoint {
    private_network_id = scaleway_vpc_private_network.assistant.id
  }
}

# The assistant itself runs on Kubernetes.
resource "scaleway_k8s_cluster" "assistant" {
  name                        = "assistant"
  version                     = "1.33.1"
  cni                         = "cilium"
  private_network_id          = scaleway_vpc_private_network.assistant.id
  delete_additional_resources = true
}

resource "scaleway_k8s_pool" "assistant" {
  cluster_id = scaleway_k8s_cluster.assistant.id
  name       = "assistant"
  node_type  = "PRO2-S"
  size       = 2
}

resource "scaleway_registry_namespace" "models" {
  name      = "models"
  is_public = false
}

resource "scaleway_secret" "database" {
  name = "database-password"
}

resource "scaleway_cockpit_source" "logs" {
  name           = "assistant-logs"
  type           = "logs"
  retention_days = 200
}
