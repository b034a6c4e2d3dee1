# What the world sees, and what is told to others about it.

resource "aws_s3_bucket" "help" {
  bucket = "clinic-help"
}

resource "aws_s3_bucket_acl" "help" {
  bucket = aws_s3_bucket.help.id
  acl    = "public-read"
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    origin_id   = "help"
    domain_name = aws_s3_bucket.help.bucket_regional_domain_name
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "help"
    viewer_protocol_policy = "redirect-to-https"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_cloudwatch_log_group" "prompts" {
  name              = "/assistant/prompts"
  retention_in_days = 30
}

# Prompts and answers go to an observability service in the United States.
resource "aws_kinesis_firehose_delivery_stream" "datadog_logs" {
  name        = "datadog"
  destination = "http_endpoint"
  http_endpoint_configuration {
    url                = "https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input"
    name               = "Datadog"
    buffering_size     = 4
    buffering_interval = 60
    s3_configuration {
      role_arn   = aws_iam_role.replication.arn
      bucket_arn = aws_s3_bucket.corpus.arn
    }
  }
}
