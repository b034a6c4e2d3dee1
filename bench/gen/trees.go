package main

import (
	"fmt"
	"strings"
)

// single is the smallest tree that asks for a verdict.
const single = `provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "one" {
  bucket = "one"
}
`

// forEach is the case of github.com/aquasecurity/trivy/issues/6959: one map,
// two resources over it, the second refers to the first.
func forEach(n int) string {
	return fmt.Sprintf(`provider "aws" {
  region = "eu-central-1"
}

locals {
  # range gives at most 1,024 numbers.
  stores = { for p in setproduct(range(%d), range(100)) : format("store-%%05d", p[0] * 100 + p[1]) => { days = p[1] } }
}

resource "aws_s3_bucket" "store" {
  for_each = local.stores
  bucket   = each.key
  tags     = { days = each.value.days }
}

resource "aws_s3_bucket_versioning" "store" {
  for_each = local.stores
  bucket   = aws_s3_bucket.store[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}
`, n/100)
}

const (
	inFile   = 50
	inModule = 500
)

// plain is n resources: a root that calls modules of inModule resources, in
// files of inFile. Kinds, regions, keys and references vary, so that assets
// are not all of one shape.
func plain(n int) map[string]string {
	files := map[string]string{}
	var root strings.Builder
	root.WriteString(`variable "stage" {
  type    = string
  default = "test"
}

provider "aws" {
  region = "eu-central-1"
}

provider "google" {
  project = "clinic"
  region  = "europe-west3"
}

provider "azurerm" {
  features {}
}
`)
	for m := 0; m*inModule < n; m++ {
		name := fmt.Sprintf("part%03d", m)
		fmt.Fprintf(&root, "\nmodule %q {\n  source = \"./modules/%s\"\n  prefix = \"${var.stage}-%s\"\n}\n", name, name, name)
		first, end := m*inModule, min(n, (m+1)*inModule)
		dir := "modules/" + name + "/"
		files[dir+"variables.tf"] = "variable \"prefix\" {\n  type = string\n}\n"
		for f := first; f < end; f += inFile {
			var b strings.Builder
			for i := f; i < min(end, f+inFile); i++ {
				b.WriteString(block(i, i-f))
			}
			files[dir+fmt.Sprintf("part%02d.tf", (f-first)/inFile)] = b.String()
		}
	}
	files["main.tf"] = root.String()
	return files
}

var googleRegions = []string{"europe-west3", "europe-west1", "europe-west9", "europe-west6", "us-central1", "EU"}
var azureRegions = []string{"germanywestcentral", "francecentral", "westeurope", "switzerlandnorth", "eastus"}
var azureReplication = []string{"LRS", "ZRS", "GRS"}

// block is the i-th resource, at place at in its file. Every tenth is a key
// that the AWS stores of the same file use.
func block(i, at int) string {
	name := fmt.Sprintf("r%06d", i)
	key := fmt.Sprintf("aws_kms_key.r%06d.arn", i-at%10)
	switch at % 10 {
	case 0:
		return fmt.Sprintf("resource \"aws_kms_key\" %q {\n  description         = \"${var.prefix}-%s\"\n  enable_key_rotation = true\n}\n\n", name, name)
	case 1, 2:
		return fmt.Sprintf("resource \"aws_s3_bucket\" %q {\n  bucket = \"${var.prefix}-%s\"\n  tags   = { unit = \"u%d\" }\n}\n\n", name, name, i%97)
	case 3:
		return fmt.Sprintf("resource \"aws_db_instance\" %q {\n  identifier        = \"${var.prefix}-%s\"\n  engine            = \"postgres\"\n  instance_class    = \"db.t4g.medium\"\n  storage_encrypted = true\n  kms_key_id        = %s\n}\n\n", name, name, key)
	case 4:
		return fmt.Sprintf("resource \"aws_sqs_queue\" %q {\n  name              = \"${var.prefix}-%s\"\n  kms_master_key_id = %s\n}\n\n", name, name, key)
	case 5, 6:
		return fmt.Sprintf("resource \"google_storage_bucket\" %q {\n  name     = \"${var.prefix}-%s\"\n  location = %q\n}\n\n", name, name, googleRegions[i/10%len(googleRegions)])
	case 7:
		return fmt.Sprintf("resource \"azurerm_storage_account\" %q {\n  name                     = \"s%s\"\n  resource_group_name      = \"clinic\"\n  location                 = %q\n  account_tier             = \"Standard\"\n  account_replication_type = %q\n}\n\n",
			name, name, azureRegions[i/10%len(azureRegions)], azureReplication[i/10%len(azureReplication)])
	case 8:
		return fmt.Sprintf("resource \"aws_iam_role\" %q {\n  name               = \"${var.prefix}-%s\"\n  assume_role_policy = jsonencode({ Version = \"2012-10-17\", Statement = [] })\n}\n\n", name, name)
	}
	return fmt.Sprintf("resource \"aws_cloudwatch_log_group\" %q {\n  name              = \"/${var.prefix}/%s\"\n  retention_in_days = %d\n}\n\n", name, name, []int{1, 7, 30, 90, 365}[i/10%5])
}
