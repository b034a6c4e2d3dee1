# problem: a database fails over to a region outside
# ours: LOC-005
# about: (geo|failover|region|location)
provider "azurerm" {
  features {}
}

resource "azurerm_cosmosdb_account" "records" {
  name                = "records"
  resource_group_name = "clinic"
  location            = "germanywestcentral"
  offer_type          = "Standard"
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "germanywestcentral"
    failover_priority = 0
  }
  geo_location {
    location          = "eastus"
    failover_priority = 1
  }
}
