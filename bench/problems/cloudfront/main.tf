# problem: TLS ends at the edges of a global CDN
# ours: LOC-008
# about: edge|residen|jurisdiction|price.?class|outside
# opposite: geo.?restriction
provider "aws" {
  region = "eu-central-1"
}

resource "aws_cloudfront_distribution" "portal" {
  enabled = true
  origin {
    origin_id   = "portal"
    domain_name = "portal.clinic.example"
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "portal"
    viewer_protocol_policy = "https-only"
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
