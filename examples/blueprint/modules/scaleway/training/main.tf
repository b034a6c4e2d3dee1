# A machine with a GPU, reachable from the private network only, and a registry for the images it runs.
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

variable "name" {
  type = string
}

variable "zone" {
  type = string
  validation {
    condition     = can(regex("^(fr-par|nl-ams|pl-waw|it-mil)-[123]$", var.zone))
    error_message = "Choose a zone of Scaleway in the EU, such as fr-par-2."
  }
}

variable "type" {
  type    = string
  default = "H100-1-80G"
}

resource "scaleway_vpc_private_network" "training" {
  name   = var.name
  region = substr(var.zone, 0, 6)
}

resource "scaleway_instance_server" "training" {
  name  = var.name
  type  = var.type
  image = "ubuntu_noble_gpu_os_13_nvidia"
  zone  = var.zone
}

resource "scaleway_instance_private_nic" "training" {
  server_id          = scaleway_instance_server.training.id
  private_network_id = scaleway_vpc_private_network.training.id
  zone               = var.zone
}

resource "scaleway_registry_namespace" "images" {
  name      = var.name
  region    = substr(var.zone, 0, 6)
  is_public = false
}
