# problem: europe-west2 is London, which is not in the EU
# ours: LOC-001
# about: region|location|residen|jurisdiction
resource "google_storage_bucket" "records" {
  name     = "records"
  location = "EUROPE-WEST2"
}
