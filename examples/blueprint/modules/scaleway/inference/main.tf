# A model on machines of its own without a public endpoint, and the logs of what it was asked.
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

variable "name" {
  type = string
}

variable "region" {
  type = string
  validation {
    condition     = contains(["fr-par", "nl-ams", "pl-waw", "it-mil"], var.region)
    error_message = "Choose a region of Scaleway in the EU: fr-par, nl-ams, pl-waw, it-mil."
  }
}

variable "model_name" {
  description = "A model of the catalogue whose maker the perimeter approves."
  type        = string
}

variable "log_days" {
  description = "Days for which logs are kept: at least 183 for high-risk systems (AI Act art. 19 and 26)."
  type        = number
  default     = 200
  validation {
    condition     = var.log_days >= 183 && var.log_days <= 365
    error_message = "Keep logs 183 to 365 days."
  }
}

resource "scaleway_vpc_private_network" "inference" {
  name   = var.name
  region = var.region
}

resource "scaleway_inference_deployment" "model" {
  name        = var.name
  region      = var.region
  node_type   = "L40S"
  model_name  = var.model_name
  accept_eula = true

  private_endpoint {
    private_network_id = scaleway_vpc_private_network.inference.id
  }
}

resource "scaleway_cockpit_source" "logs" {
  name           = "${var.name}-logs"
  region         = var.region
  type           = "logs"
  retention_days = var.log_days
}
