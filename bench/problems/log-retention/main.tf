# problem: logs of prompts are kept for ever
# ours: LOG-006
# about: retention
provider "aws" {
  region = "eu-central-1"
}

resource "aws_cloudwatch_log_group" "prompts" {
  name = "prompts"
}
