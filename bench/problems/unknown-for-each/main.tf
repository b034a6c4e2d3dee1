# problem: a bucket in the US under a for_each that nothing sets
# ours: LOC-001
# about: region|location|residen|jurisdiction
variable "buckets" {
  type = map(string)
}

resource "google_storage_bucket" "records" {
  for_each = var.buckets
  name     = each.key
  location = "US"
}
