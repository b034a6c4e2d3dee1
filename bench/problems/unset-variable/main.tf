# problem: the location is a variable that nothing sets
# ours: LOC-002
# about: region|location|residen|jurisdiction|unknown|undecided
variable "location" {
  type = string
}

resource "google_storage_bucket" "records" {
  name     = "records"
  location = var.location
}
