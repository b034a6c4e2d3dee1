# Four ways to ask a model, each with another answer to "where is the prompt computed?".

# A geographic profile of the wrong geography: the agent runs in Frankfurt, its prompts do not.
resource "aws_bedrockagent_agent" "triage" {
  agent_name              = "triage"
  agent_resource_role_arn = aws_iam_role.replication.arn
  foundation_model        = "us.anthropic.claude-sonnet-4-20250514-v1:0"
}

# The account is in Sweden, the SKU of the deployment says: anywhere.
resource "azurerm_resource_group" "ai" {
  name     = "assistant"
  location = "swedencentral"
}

resource "azurerm_cognitive_account" "openai" {
  name                = "clinic-openai"
  location            = azurerm_resource_group.ai.location
  resource_group_name = azurerm_resource_group.ai.name
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azurerm_cognitive_deployment" "gpt" {
  name                 = "gpt"
  cognitive_account_id = azurerm_cognitive_account.openai.id
  model {
    format  = "OpenAI"
    name    = "gpt-4o"
    version = "2024-11-20"
  }
  sku {
    name     = "GlobalStandard"
    capacity = 10
  }
}

# Our own fine-tuned model, trained where the GPUs were cheap.
resource "aws_sagemaker_notebook_instance" "finetune" {
  provider      = aws.edge
  name          = "finetune"
  instance_type = "ml.g5.2xlarge"
  role_arn      = aws_iam_role.replication.arn
}

resource "aws_sagemaker_endpoint_configuration" "mistral" {
  name = "mistral"
  production_variants {
    variant_name           = "main"
    model_name             = "mistral-small"
    instance_type          = "ml.g5.12xlarge"
    initial_instance_count = 1
  }
}

# The endpoint is regional, but the region is London.
resource "google_vertex_ai_endpoint" "embeddings" {
  name         = "embeddings"
  display_name = "embeddings"
  location     = "europe-west2"
}

resource "azurerm_storage_account" "documents" {
  name                     = "clinicdocuments"
  resource_group_name      = azurerm_resource_group.ai.name
  location                 = "brazilsouth" # its pair, and so the geo-redundant copy, is in Texas
  account_tier             = "Standard"
  account_replication_type = "GRS"
}
