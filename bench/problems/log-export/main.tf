# problem: logs are sent to a service in the US
# ours: LOG-003
# about: datadog|export|third.?part|http.?endpoint|outside
provider "aws" {
  region = "eu-central-1"
}

resource "aws_kinesis_firehose_delivery_stream" "logs" {
  name        = "logs"
  destination = "http_endpoint"
  http_endpoint_configuration {
    url      = "https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input"
    name     = "Datadog"
    role_arn = "arn:aws:iam::123456789012:role/firehose"
    s3_configuration {
      role_arn   = "arn:aws:iam::123456789012:role/firehose"
      bucket_arn = "arn:aws:s3:::logs"
    }
  }
}
