# problem: a Google AI data store at the global location
# ours: LOC-011
# about: region|location|geograph
resource "google_discovery_engine_data_store" "records" {
  location          = "global"
  data_store_id     = "records"
  display_name      = "records"
  industry_vertical = "GENERIC"
  content_config    = "CONTENT_REQUIRED"
}
