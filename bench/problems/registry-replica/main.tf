# problem: a container registry with a replica outside
# ours: LOC-007
# about: (geo.?)?replicat.*(outside|location|eastus)
# opposite: geo-replicated
provider "azurerm" {
  features {}
}

resource "azurerm_container_registry" "images" {
  name                = "clinicimages"
  resource_group_name = "clinic"
  location            = "germanywestcentral"
  sku                 = "Premium"
  georeplications {
    location = "eastus"
  }
}
