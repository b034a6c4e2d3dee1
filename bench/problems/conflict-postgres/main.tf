# conflict: database backups that stay in their region
# ours: LOC-006
# about: geo
provider "azurerm" {
  features {}
}

resource "azurerm_postgresql_server" "records" {
  name                         = "records"
  resource_group_name          = "clinic"
  location                     = "francecentral"
  sku_name                     = "GP_Gen5_4"
  version                      = "11"
  ssl_enforcement_enabled      = true
  geo_redundant_backup_enabled = false
}

resource "azurerm_postgresql_flexible_server" "records" {
  name                         = "records"
  resource_group_name          = "clinic"
  location                     = "francecentral"
  geo_redundant_backup_enabled = false
}

resource "azurerm_mysql_flexible_server" "records" {
  name                         = "records"
  resource_group_name          = "clinic"
  location                     = "francecentral"
  geo_redundant_backup_enabled = false
}
