# problem: an agent runs a model that nobody approved
# ours: MDL-002
# about: model|maker|approved
provider "aws" {
  region = "eu-central-1"
}

resource "aws_bedrockagent_agent" "triage" {
  agent_name              = "triage"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/triage"
  foundation_model        = "eu.anthropic.claude-sonnet-4-20250514-v1:0"
}
