# problem: an agent runs a model whose maker nobody approved, through a profile that computes in the US
# ours: LOC-009
# about: residen|jurisdiction|united states
provider "aws" {
  region = "eu-central-1"
}

resource "aws_bedrockagent_agent" "triage" {
  agent_name              = "triage"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/triage"
  foundation_model        = "us.deepseek.r1-v1:0"
}
