# A cluster that serves a model of your own, and a database for sessions on the private network.
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

resource "ovh_cloud_project_kube" "inference" {
  service_name = var.project
  name         = var.name
  region       = var.region
}

resource "ovh_cloud_project_kube_nodepool" "serving" {
  service_name  = var.project
  kube_id       = ovh_cloud_project_kube.inference.id
  name          = "serving"
  flavor_name   = "l40s-90"
  desired_nodes = 1
}
