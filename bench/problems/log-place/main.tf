# problem: logs are kept at the global location
# ours: LOG-001
# about: region|location|residen
resource "google_logging_project_bucket_config" "prompts" {
  project        = "clinic"
  location       = "global"
  bucket_id      = "prompts"
  retention_days = 30
}
