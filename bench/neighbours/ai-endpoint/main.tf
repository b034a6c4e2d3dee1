# problem: a model is served in the EU by an operator under US law
# ours: OPR-002 aws_sagemaker_endpoint_configuration.triage
# about: sovereign|jurisdiction
provider "aws" {
  region = "eu-central-1"
}

resource "aws_sagemaker_endpoint_configuration" "triage" {
  name = "triage"
  production_variants {
    model_name             = "triage"
    instance_type          = "ml.g5.xlarge"
    initial_instance_count = 1
  }
}
