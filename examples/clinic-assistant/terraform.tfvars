replica_region = "us-west-2"
