# problem: a secret that Google replicates where it likes
# ours: LOC-007
# about: replica|region|location
resource "google_secret_manager_secret" "records" {
  secret_id = "records"
  replication {
    auto {}
  }
}
