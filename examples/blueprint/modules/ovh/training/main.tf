# A cluster whose GPU nodes exist while something trains.
terraform {
  required_providers {
    ovh = { source = "ovh/ovh" }
  }
}

variable "project" {
  type = string
}

variable "name" {
  type = string
}

variable "region" {
  type = string
  validation {
    condition     = can(regex("^(GRA|SBG|RBX|DE|WAW)[0-9]*$", var.region))
    error_message = "Choose a region of OVHcloud in the EU, such as GRA9."
  }
}

resource "ovh_cloud_project_kube" "training" {
  service_name = var.project
  name         = var.name
  region       = var.region
}

resource "ovh_cloud_project_kube_nodepool" "gpu" {
  service_name  = var.project
  kube_id       = ovh_cloud_project_kube.training.id
  name          = "gpu"
  flavor_name   = "h100-380"
  autoscale     = true
  min_nodes     = 0
  max_nodes     = 2
  desired_nodes = 0
}
