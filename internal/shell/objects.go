package shell

import "strings"

// Object tells whom a program calls that is given the address of an object or
// file: the store of its scheme, in the region when that is known. The bucket
// itself is not a host. What is no address with a scheme is not ok.
func Object(address, region string, hosts map[string]string) (to, unknown string, ok bool) {
	scheme, rest, found := strings.Cut(address, "://")
	if !found || rest == "" {
		return "", "", false
	}
	bucket, _, _ := strings.Cut(rest, "/")
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https", "ftp", "sftp", "ssh", "hdfs", "webhdfs", "viewfs", "git", "postgres", "postgresql", "mysql", "redis", "rediss", "amqp", "amqps", "mongodb", "kafka", "nats", "jdbc", "tcp", "grpc", "mongodb+srv", "snowflake":
		return address, "", true
	case "abfs", "abfss", "wasb", "wasbs", "adl":
		if _, host, at := strings.Cut(bucket, "@"); at {
			return host, "", true
		}
		return bucket, "", strings.Contains(bucket, ".")
	case "file", "local", "dbfs", "mem", "memory", "sqlite":
		return "", "", false
	case "s3", "s3a", "s3n":
		scheme = "s3"
		if region != "" && hosts["s3:{region}"] != "" {
			return strings.ReplaceAll(hosts["s3:{region}"], "{region}", region), "", true
		}
	case "gcs":
		scheme = "gs"
	case "hf":
		scheme = "huggingface"
	case "docker", "oci":
		to, ok = Image(rest, hosts)
		return to, "", ok
	}
	if to = hosts[scheme]; to != "" {
		return to, "", true
	}
	return "", "where " + scheme + "://" + clean(bucket) + " is, is not written here", true
}
