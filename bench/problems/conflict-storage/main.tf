# conflict: storage in three zones of one German region
# ours: LOC-004
# about: geo|replicat
provider "azurerm" {
  features {}
}

resource "azurerm_storage_account" "records" {
  name                     = "records"
  resource_group_name      = "clinic"
  location                 = "germanywestcentral"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}
