# problem: logs are sent to a service in the US
# ours: LOG-003
# about: log.*(export|sent|send)|datadog|export
terraform {
  required_providers {
    scaleway = { source = "scaleway/scaleway" }
  }
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

resource "scaleway_cockpit_exporter" "out" {
  name              = "out"
  datasource_id     = "11111111-1111-1111-1111-111111111111"
  exported_products = ["all"]
  datadog_destination {
    api_key = "0"
  }
}
