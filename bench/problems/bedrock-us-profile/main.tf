# problem: an agent in Frankfurt uses a model profile that computes in the US
# ours: LOC-009
# about: region|location|geograph|inference profile
provider "aws" {
  region = "eu-central-1"
}

resource "aws_bedrockagent_agent" "triage" {
  agent_name              = "triage"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/triage"
  foundation_model        = "us.anthropic.claude-sonnet-4-20250514-v1:0"
}
