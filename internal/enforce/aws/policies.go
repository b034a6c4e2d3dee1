package aws

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A statement is one of an IAM policy document.
type statement struct {
	Sid         string         `json:"Sid"`
	Effect      string         `json:"Effect"`
	Principal   string         `json:"Principal,omitempty"` // of resource control policies
	Action      []string       `json:"Action,omitempty"`
	NotAction   []string       `json:"NotAction,omitempty"`
	Resource    []string       `json:"Resource,omitempty"`
	NotResource []string       `json:"NotResource,omitempty"`
	Condition   map[string]any `json:"Condition,omitempty"`
}

type document struct {
	Version   string      `json:"Version"`
	Statement []statement `json:"Statement"`
}

func deny(ss ...statement) document {
	for i := range ss {
		ss[i].Effect = "Deny"
		if ss[i].Resource == nil && ss[i].NotResource == nil {
			ss[i].Resource = []string{"*"}
		}
	}
	return document{"2012-10-17", ss}
}

// worldwide are services with one endpoint for the whole partition: a request to
// them names the region of that endpoint, whatever it is about. They hold no
// content of stores, models or keys. CloudFront and Global Accelerator, which
// carry content everywhere, are left out: they stay refused.
var worldwide = []string{
	"account:*", "aws-portal:*", "billing:*", "budgets:*", "ce:*", "cur:*", "health:*", "iam:*", "invoicing:*", "organizations:*",
	"payments:*", "pricing:*", "route53:*", "route53domains:*", "sts:*", "support:*", "tax:*", "trustedadvisor:*",
}

// regions refuses every other region, and to open one.
func regions(c *bounds.Cloud, codes []string) policy {
	return policy{"regions", "SERVICE_CONTROL_POLICY", "Nothing is created or used outside of the regions inside", []graph.RuleID{"LOC-001", "LOC-003"}, deny(
		statement{Sid: "RegionsInside", NotAction: worldwide, Condition: map[string]any{"StringNotEquals": map[string]any{"aws:RequestedRegion": codes}}},
		statement{Sid: "NoOtherRegionOpened", Action: []string{"account:EnableRegion"}, Condition: map[string]any{"StringNotEquals": map[string]any{"account:TargetRegion": codes}}},
	)}
}

// unseen are calls that name another region where no condition key sees it: asked
// for in a region inside, they copy to any. So nobody may make them.
var unseen = []string{
	"cassandra:AlterMultiRegionResource", "cassandra:CreateMultiRegionResource", "connect:ReplicateInstance", "connect:UpdateCrossRegionRouting", "dsql:PutMultiRegionProperties",
	"dynamodb:CreateGlobalTable", "dynamodb:UpdateGlobalTable", "ecr:PutReplicationConfiguration", "elasticfilesystem:CreateReplicationConfiguration", "memorydb:CreateMultiRegionCluster",
	"redshift:EnableSnapshotCopy", "s3:CreateMultiRegionAccessPoint", "s3:PutReplicationConfiguration", "s3tables:PutTableBucketReplication", "s3tables:PutTableReplication",
	"ssm-incidents:CreateReplicationSet", "ssm-incidents:UpdateReplicationSet",
}

// copies refuses copies to other regions, where the call that asks for them is made
// in the region that they come from. Others are asked for in the region that they
// go to, which regions refuses.
func copies(c *bounds.Cloud, codes []string) policy {
	return policy{"copies", "SERVICE_CONTROL_POLICY", "Backups, keys, secrets and tables are copied to regions inside only, and nothing where the region cannot be seen", []graph.RuleID{"LOC-006", "KEY-003"}, deny(
		statement{Sid: "BackupsInside", Action: []string{"backup:CopyFromBackupVault", "backup:StartCopyJob"}, Condition: map[string]any{"ForAnyValue:ArnNotLike": map[string]any{"backup:CopyTargets": within(c, "backup", codes)}}},
		statement{Sid: "KeysInside", Action: []string{"kms:ReplicateKey"}, Condition: map[string]any{"StringNotEquals": map[string]any{"kms:ReplicaRegion": codes}}},
		statement{Sid: "SecretsInside", Action: []string{"secretsmanager:CreateSecret", "secretsmanager:ReplicateSecretToRegions"}, Condition: map[string]any{"ForAnyValue:StringNotEquals": map[string]any{"secretsmanager:AddReplicaRegions": codes}}},
		statement{Sid: "TablesInside", Action: []string{"dynamodb:AssociateTableReplica", "dynamodb:CreateTableReplica"}, NotResource: within(c, "dynamodb", codes)},
		statement{Sid: "NoUnseenCopies", Action: unseen},
	)}
}

// within are the ARNs of what a service has in the regions. All six parts are
// spelled: fewer are no ARN, and match none.
func within(c *bounds.Cloud, service string, codes []string) []string {
	arns := make([]string, len(codes))
	for i, code := range codes {
		arns[i] = fmt.Sprintf("arn:%s:%s:%s:*:*", c.Partition, service, code)
	}
	return arns
}

// inference refuses Bedrock's inference profiles whose geography is not inside,
// models in other regions, and models that the stack does not approve.
func inference(b *bounds.Bounds, c *bounds.Cloud, codes []string) policy {
	open := []string{fmt.Sprintf("arn:%s:bedrock:*:*:application-inference-profile/*", c.Partition)}
	regions := within(c, "bedrock", codes)
	for _, g := range c.Geographies {
		if c.Geography(g.Code) {
			open = append(open, fmt.Sprintf("arn:%s:bedrock:*:*:inference-profile/%s.*", c.Partition, g.Code))
		}
	}
	rest := []string{"async-invoke", "custom-model", "custom-model-deployment", "provisioned-model", "prompt", "prompt-router", "guardrail", "session", "model-invocation-job"}
	if b.Models == nil {
		open = append(open, fmt.Sprintf("arn:%s:bedrock:*::foundation-model/*", c.Partition))
		rest = append(rest, "imported-model")
	}
	for _, m := range b.Models {
		if m == "self-hosted" {
			rest = append(rest, "imported-model")
			continue
		}
		open = append(open, fmt.Sprintf("arn:%s:bedrock:*::foundation-model/%s.*", c.Partition, m))
	}
	for _, kind := range rest {
		open = append(open, fmt.Sprintf("arn:%s:bedrock:*:*:%s/*", c.Partition, kind))
	}
	// A model is made of another, or gets throughput, by calls of their own; what
	// comes of it hides the model in its name.
	calls := []string{"bedrock:CreateInferenceProfile", "bedrock:CreateModelCustomizationJob", "bedrock:CreateModelInvocationJob", "bedrock:CreatePromptRouter", "bedrock:CreateProvisionedModelThroughput",
		"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:UpdateProvisionedModelThroughput"}
	ss := []statement{
		{Sid: "InferenceInside", Action: calls, NotResource: open},
		{Sid: "RegionsOfModels", Action: calls, NotResource: regions},
	}
	if b.Models != nil {
		named := statement{Sid: "ModelsByName", Action: []string{"bedrock-mantle:CreateFineTuningJob", "bedrock-mantle:CreateInference"}}
		var approved []string
		for _, m := range b.Models {
			approved = append(approved, m+".*")
		}
		if len(approved) > 0 {
			named.Condition = map[string]any{"StringNotLike": map[string]any{"bedrock-mantle:Model": approved}}
		}
		ss = append(ss, named)
	}
	return policy{"inference", "SERVICE_CONTROL_POLICY", "Bedrock computes inside, with approved models", []graph.RuleID{"LOC-009"}, deny(ss...)}
}

// keys refuses keys of a kind that the perimeter does not allow, and stores
// without a key of the customer, or under one of another organisation.
func keys(b *bounds.Bounds, c *bounds.Cloud) policy {
	return policy{"keys", "SERVICE_CONTROL_POLICY", "Keys are held as the perimeter asks, and nothing is stored without one", []graph.RuleID{"KEY-001", "KEY-006"}, deny(
		statement{Sid: "KeyOrigin", Action: []string{"kms:CreateKey"}, Condition: map[string]any{"StringNotEquals": map[string]any{"kms:KeyOrigin": enforce.KMSOrigins(b, c)}}},
		statement{Sid: "OwnKeys", Action: []string{"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}, Condition: map[string]any{"StringNotEqualsIfExists": map[string]any{"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}},
		statement{Sid: "ObjectsUnderAKey", Action: []string{"s3:PutObject"}, Condition: map[string]any{"Null": map[string]any{"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"}}},
		statement{Sid: "DatabasesEncrypted", Action: []string{"rds:CreateDBCluster", "rds:CreateDBInstance", "rds:RestoreDBClusterFromS3"}, Condition: map[string]any{"Bool": map[string]any{"rds:StorageEncrypted": "false"}}},
		statement{Sid: "VolumesEncrypted", Action: []string{"ec2:CreateVolume", "ec2:RunInstances"}, Resource: []string{fmt.Sprintf("arn:%s:ec2:*:*:volume/*", c.Partition)}, Condition: map[string]any{"Bool": map[string]any{"ec2:Encrypted": "false"}}},
	)}
}

// reach refuses everybody outside of the organisation, services of AWS that come on
// behalf of such, and connections in clear text or of old protocols.
func reach() policy {
	services := []string{"s3:*", "kms:*", "secretsmanager:*", "sqs:*", "sts:AssumeRole"}
	d := deny(
		statement{Sid: "OwnOrganisation", Principal: "*", Action: services, Condition: map[string]any{
			"StringNotEqualsIfExists": map[string]any{"aws:PrincipalOrgID": "${aws:ResourceOrgID}"},
			"BoolIfExists":            map[string]any{"aws:PrincipalIsAWSService": "false"},
		}},
		statement{Sid: "OwnServices", Principal: "*", Action: services, Condition: map[string]any{
			"StringNotEqualsIfExists": map[string]any{"aws:SourceOrgID": "${aws:ResourceOrgID}"},
			"Null":                    map[string]any{"aws:SourceAccount": "false"},
			"Bool":                    map[string]any{"aws:PrincipalIsAWSService": "true"},
		}},
		statement{Sid: "Encrypted", Principal: "*", Action: services[:4], Condition: map[string]any{"BoolIfExists": map[string]any{"aws:SecureTransport": "false"}}},
		statement{Sid: "TLS12", Principal: "*", Action: []string{"s3:*"}, Condition: map[string]any{"NumericLessThan": map[string]any{"s3:TlsVersion": "1.2"}}},
	)
	return policy{"reach", "RESOURCE_CONTROL_POLICY", "Stores, keys and secrets are reached by the own organisation, encrypted", []graph.RuleID{"EGR-012", "ENC-001", "SUP-005"}, d}
}

// instances refuses ways around: images and snapshots for everybody, and the serial
// console.
func instances() policy {
	assign := func(v any) map[string]any { return map[string]any{"@@assign": v} }
	return policy{"instances", "DECLARATIVE_POLICY_EC2", "Images and snapshots are not public, and no console leads around the network", []graph.RuleID{"EGR-012", "SUP-004"}, map[string]any{
		"ec2_attributes": map[string]any{
			"image_block_public_access":    map[string]any{"state": assign("block_new_sharing")},
			"snapshot_block_public_access": map[string]any{"state": assign("block_all_sharing")},
			"serial_console_access":        map[string]any{"status": assign("disabled")},
		},
	}}
}

// optOut keeps content from the training of AI services, and no account below can
// take that back.
func optOut() policy {
	return policy{"ai-opt-out", "AISERVICES_OPT_OUT_POLICY", "Content does not train AI services", []graph.RuleID{"MDL-010"}, map[string]any{
		"services": map[string]any{
			"@@operators_allowed_for_child_policies": []string{"@@none"},
			"default": map[string]any{
				"@@operators_allowed_for_child_policies": []string{"@@none"},
				"opt_out_policy": map[string]any{
					"@@operators_allowed_for_child_policies": []string{"@@none"},
					"@@assign":                               "optOut",
				},
			},
		},
	}}
}

// closed refuses everything but to look at the account and to close it.
func closed(why string) policy {
	return policy{"closed", "SERVICE_CONTROL_POLICY", "Closed: " + why, []graph.RuleID{"LOC-001", "OPR-001"}, deny(
		statement{Sid: "Closed", NotAction: []string{"account:*", "aws-portal:*", "billing:*", "budgets:*", "ce:*", "health:*", "invoicing:*", "organizations:*", "payments:*", "support:*", "tax:*"}},
	)}
}
