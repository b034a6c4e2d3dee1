# The corpus: patient records as documents, their embeddings, and where copies of both go.

resource "aws_s3_bucket" "corpus" {
  bucket = "clinic-corpus"
  tags   = { data_class = "patient-records" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "corpus" {
  bucket = aws_s3_bucket.corpus.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.records.arn
    }
  }
}

resource "aws_s3_bucket" "corpus_replica" {
  provider = aws.replica
  bucket   = "clinic-corpus-replica"
}

resource "aws_s3_bucket_replication_configuration" "corpus" {
  bucket = aws_s3_bucket.corpus.id
  role   = aws_iam_role.replication.arn

  rule {
    id     = "everything"
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.corpus_replica.arn
    }
  }
}

resource "aws_iam_role" "replication" {
  name = "corpus-replication"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_kms_key" "records" {
  description  = "patient records"
  multi_region = true
}

# One index for each ward; the list of wards comes from another team and is not in this repository.
variable "wards" {
  type = map(object({ nodes = number }))
}

resource "aws_opensearch_domain" "corpus_index" {
  for_each    = var.wards
  domain_name = "corpus-${each.key}"
  cluster_config {
    instance_count = each.value.nodes
  }
  encrypt_at_rest {
    enabled = true
  }
}

resource "aws_db_instance" "records" {
  identifier          = "records"
  engine              = "postgres"
  instance_class      = "db.r6g.large"
  allocated_storage   = 200
  storage_encrypted   = true
  kms_key_id          = aws_kms_key.records.arn
  publicly_accessible = true
  username            = "assistant"

  manage_master_user_password = true
}

resource "aws_db_instance_automated_backups_replication" "records" {
  provider               = aws.edge
  source_db_instance_arn = aws_db_instance.records.arn
}

resource "aws_backup_vault" "nightly" {
  name = "nightly"
}

resource "aws_dynamodb_table" "sessions_corpus" {
  name         = "sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name = "eu-west-1"
  }
  replica {
    region_name = "eu-west-2" # London
  }
}
