# problem: backups are copied to a vault outside
# ours: LOC-006
# about: backup.*(outside|another region|cross.?region)
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

resource "aws_db_instance" "records" {
  identifier        = "records"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  storage_encrypted = true
}

resource "aws_db_instance_automated_backups_replication" "records" {
  provider               = aws.us
  source_db_instance_arn = aws_db_instance.records.arn
}
