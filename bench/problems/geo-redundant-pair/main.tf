# problem: geo-redundant storage in Brazil is copied to its pair in Texas
# ours: LOC-004
# about: replicat.*(region|outside|place)|pair
provider "azurerm" {
  features {}
}

resource "azurerm_storage_account" "records" {
  name                     = "records"
  resource_group_name      = "clinic"
  location                 = "brazilsouth"
  account_tier             = "Standard"
  account_replication_type = "GRS"
}
