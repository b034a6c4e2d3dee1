# conflict: a container registry in one region
# ours: LOC-007
# about: geo.?replicat
provider "azurerm" {
  features {}
}

resource "azurerm_container_registry" "images" {
  name                = "clinicimages"
  resource_group_name = "clinic"
  location            = "germanywestcentral"
  sku                 = "Premium"
}
