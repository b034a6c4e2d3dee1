package kb_test

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// What a type is in Terraform: by its module and name, by a module that has
// another name there, by the name alone, by an exception, by a family of types.
func TestLikened(t *testing.T) {
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ language, source, typ, want string }{
		{"crossplane", "aws.upbound.io", "s3.aws.upbound.io/Bucket", "aws_s3_bucket"},
		{"crossplane", "aws.m.upbound.io", "s3.aws.m.upbound.io/Bucket", "aws_s3_bucket"},
		{"crossplane", "aws.upbound.io", "rds.aws.upbound.io/Instance", "aws_db_instance"},
		{"crossplane", "aws.upbound.io", "rds.aws.upbound.io/Cluster", "aws_rds_cluster"},
		{"crossplane", "aws.upbound.io", "ec2.aws.upbound.io/VPCPeeringConnection", "aws_vpc_peering_connection"},
		{"crossplane", "aws.upbound.io", "kms.aws.upbound.io/Key", "aws_kms_key"},
		{"crossplane", "azure.upbound.io", "azure.upbound.io/ResourceGroup", "azurerm_resource_group"},
		{"crossplane", "azure.upbound.io", "keyvault.azure.upbound.io/Vault", "azurerm_key_vault"},
		{"crossplane", "gcp.upbound.io", "storage.gcp.upbound.io/Bucket", "google_storage_bucket"},
		{"crossplane", "scaleway.upbound.io", "object.scaleway.upbound.io/Bucket", "scaleway_object_bucket"},
		{"crossplane", "ovh.edixos.io", "kube.ovh.edixos.io/Cluster", "ovh_cloud_project_kube"},
		{"pulumi", "aws", "aws:s3/bucketV2:BucketV2", "aws_s3_bucket"},
		{"pulumi", "aws", "aws:ec2/instance:Instance", "aws_instance"},
		{"pulumi", "aws", "aws:rds/instance:Instance", "aws_db_instance"},
		{"pulumi", "aws", "aws:rds/cluster:Cluster", "aws_rds_cluster"},
		{"pulumi", "aws", "aws:bedrock/agentAgent:AgentAgent", "aws_bedrockagent_agent"},
		{"pulumi", "aws", "aws:iam/role:Role", "aws_iam_role"},
		{"pulumi", "azure", "azure:eventhub/namespace:Namespace", "azurerm_servicebus_namespace"},
		{"pulumi", "gcp", "gcp:diagflow/cxPage:CxPage", "google_dialogflow_cx_page"},
		{"pulumi", "openstack", "openstack:compute/instance:Instance", "openstack_compute_instance_v2"},
		{"pulumi", "hcloud", "hcloud:index/server:Server", "hcloud_server"},
		{"pulumi", "aws", "aws:s3:Bucket", "aws_s3_bucket"},
		{"pulumi", "aws", "aws:no/such:Such", ""},
		{"pulumi", "aws-native", "aws-native:s3:Bucket", "AWS::S3::Bucket"},
		{"pulumi", "aws-native", "aws-native:configuration:ConfigRule", "AWS::Config::ConfigRule"},
		{"pulumi", "aws-native", "aws-native:wafv2:WebAcl", "AWS::WAFv2::WebACL"},
		{"pulumi", "aws-native", "aws-native:s3:Such", ""},
		{"pulumi", "azure-native", "azure-native:storage:StorageAccount", "microsoft.storage/storageaccounts"},
		{"pulumi", "azure-native", "azure-native:storage/v20230101:BlobContainer", "Microsoft.Storage/storageAccounts/blobServices/containers"},
		{"pulumi", "azure-native", "azure-native:web:WebApp", "Microsoft.Web/sites"},
		{"pulumi", "azure-native", "azure-native:dbforpostgresql:Server", "Microsoft.DBforPostgreSQL/flexibleServers"},
		{"pulumi", "kubernetes", "kubernetes:apps/v1:Deployment", "Deployment.apps"},
		{"pulumi", "kubernetes", "kubernetes:core/v1:Pod", "Pod"},
		{"pulumi", "kubernetes", "kubernetes:networking.k8s.io/v1:Ingress", "Ingress.networking.k8s.io"},
		{"pulumi", "kubernetes", "kubernetes:example.org/v1:Service", ""},
		{"crossplane", "aws.upbound.io", "s3.gcp.upbound.io/Bucket", ""},
		{"terraform", "hashicorp/aws", "aws_s3_bucket", ""},
	} {
		got, ok := k.Likened(c.language, c.source, c.typ)
		if got.Type != c.want || ok != (c.want != "") {
			t.Errorf("%s is %q, want %q", c.typ, got.Type, c.want)
		}
	}
	if got, ok := k.Likened("crossplane", "aws.upbound.io", "ec2.aws.upbound.io/NetworkACLRule"); !ok || !got.Match.Inert || got.Match.Provider != "aws" {
		t.Errorf("an exception that is inert is %+v, %v", got, ok)
	}
}

func TestLikeNames(t *testing.T) {
	l := &kb.Like{Plural: true, Attrs: map[string]string{"rest_api_id": "restApi"}}
	for attr, want := range map[string]string{
		"kms_key_id": "kmsKeyId", "ingress": "ingresses", "rest_api_id": "restApi", "policy": "policies",
		"security_groups": "securityGroup", "local_secondary_index": "localSecondaryIndexes", "region": "region", "subnet_id": "subnetIds",
	} {
		if got := l.Names(attr); !slices.Contains(got, want) {
			t.Errorf("%s may be %v, not %s", attr, got, want)
		}
	}
	if got := (&kb.Like{}).Names("KMSMasterKeyID"); !slices.Contains(got, "kmsMasterKeyId") {
		t.Errorf("a name of words in capitals may be %v", got)
	}
	if got := (&kb.Like{}).Names("subnet_ids"); !slices.Equal(got, []string{"subnetIds", "subnet_ids"}) {
		t.Errorf("without plurals: %v", got)
	}
}

func TestRespell(t *testing.T) {
	got := (&kb.Like{}).Respell([]any{map[string]any{"fromPort": 1.0, "Statement": map[string]any{"Effect": "Allow"}, "aws:x": true}}).([]any)[0].(map[string]any)
	if got["from_port"] != 1.0 || got["Statement"] == nil || got["aws:x"] != true {
		t.Errorf("%v", got)
	}
}

func TestRespellCapitals(t *testing.T) {
	got := (&kb.Like{Language: "cloudformation"}).Respell(map[string]any{"environment": []any{map[string]any{"kmsKeyId": "k"}}, "aws:x": 1.0, "Statement": 1.0}).(map[string]any)
	if inner, ok := got["Environment"].([]any); !ok || inner[0].(map[string]any)["KmsKeyId"] != "k" || got["aws:x"] != 1.0 || got["Statement"] != 1.0 {
		t.Errorf("%v", got)
	}
	same := map[string]any{"vnetConfiguration": 1.0}
	if got := (&kb.Like{Language: "arm"}).Respell(same).(map[string]any); got["vnetConfiguration"] != 1.0 {
		t.Errorf("%v", got)
	}
}
