# problem: an Azure OpenAI deployment whose SKU computes anywhere
# ours: LOC-010
# about: region|geograph|global ?standard
provider "azurerm" {
  features {}
}

resource "azurerm_cognitive_account" "openai" {
  name                = "clinic-openai"
  location            = "swedencentral"
  resource_group_name = "clinic"
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azurerm_cognitive_deployment" "gpt" {
  name                 = "gpt"
  cognitive_account_id = azurerm_cognitive_account.openai.id
  model {
    format = "OpenAI"
    name   = "gpt-4o"
  }
  sku {
    name = "GlobalStandard"
  }
}
