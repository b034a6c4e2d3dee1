//go:build real

package aws_test

const (
	account = "111122223333"
	role    = "arn:aws:iam::111122223333:role/triage"
	root    = "arn:aws:iam::111122223333:root"
	other   = "arn:aws:iam::444455556666:role/partner"
	object  = "arn:aws:s3:::records/patient"
	key     = "arn:aws:kms:eu-central-1:111122223333:key/k"
	point   = "arn:aws:backup:eu-central-1:111122223333:recovery-point:p"
	secret  = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:s-a"
	keyOf   = "s3:x-amz-server-side-encryption-aws-kms-key-id"
)

// An asked is a request: who is the role unless it says another, and with changes
// what the request tells of itself. nil takes a key away.
type asked struct {
	name, want, action, resource string
	with                         map[string]any
	who                          string
}

type with = map[string]any

var usEast = with{"aws:RequestedRegion": "us-east-1"}

var ways = []asked{
	{"read", "", "s3:GetObject", object, nil, ""},
	{"write under a key", "", "s3:PutObject", object, with{keyOf: key, "s3:TlsVersion": "1.3"}, ""},
	{"bucket", "", "s3:CreateBucket", "arn:aws:s3:::records", with{"aws:RequestedRegion": "eu-west-3"}, ""},
	{"role", "", "iam:CreateRole", "arn:aws:iam::111122223333:role/r", usEast, ""},
	{"function", "", "lambda:CreateFunction", "arn:aws:lambda:eu-north-1:111122223333:function:f", with{"aws:RequestedRegion": "eu-north-1"}, ""},
	{"root inside", "", "s3:GetObject", object, nil, root},
	{"key held outside", "", "kms:CreateKey", "*", with{"kms:KeyOrigin": "EXTERNAL_KEY_STORE"}, ""},
	{"own key", "", "kms:Decrypt", key, nil, ""},
	{"replica of a key inside", "", "kms:ReplicateKey", key, with{"kms:ReplicaRegion": "eu-west-1"}, ""},
	{"secret", "", "secretsmanager:CreateSecret", secret, nil, ""},
	{"replica of a secret inside", "", "secretsmanager:ReplicateSecretToRegions", secret, with{"secretsmanager:AddReplicaRegions": []string{"eu-west-1", "eu-west-3"}}, ""},
	{"replica of a table inside", "", "dynamodb:CreateTableReplica", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", nil, ""},
	{"copy of a backup inside", "", "backup:CopyFromBackupVault", point, with{"backup:CopyTargets": []string{"arn:aws:backup:eu-west-1:111122223333:backup-vault:v"}}, ""},
	{"region opened inside", "", "account:EnableRegion", "arn:aws:account::111122223333:account", with{"account:TargetRegion": "eu-south-1", "aws:RequestedRegion": "us-east-1"}, ""},
	{"approved model", "", "bedrock:InvokeModel", "arn:aws:bedrock:eu-west-3::foundation-model/mistral.mistral-large-2402-v1:0", with{"aws:RequestedRegion": "eu-west-3"}, ""},
	{"batch of an approved model", "", "bedrock:CreateModelInvocationJob", "arn:aws:bedrock:eu-west-3:111122223333:model-invocation-job/j", with{"aws:RequestedRegion": "eu-west-3"}, ""},
	{"approved model by name", "", "bedrock-mantle:CreateInference", "arn:aws:bedrock-mantle:eu-central-1:111122223333:project/p", with{"bedrock-mantle:Model": "mistral.ministral-3-8b"}, ""},
	{"encrypted volume", "", "ec2:CreateVolume", "arn:aws:ec2:eu-central-1:111122223333:volume/vol-1", with{"ec2:Encrypted": "true"}, ""},
	{"encrypted database", "", "rds:CreateDBInstance", "arn:aws:rds:eu-central-1:111122223333:db:records", with{"rds:StorageEncrypted": "true"}, ""},
	{"log of a trail of the organisation", "", "kms:GenerateDataKey", key, with{"aws:PrincipalIsAWSService": "true", "aws:SourceAccount": account, "aws:SourceOrgID": "o-clinic"}, ""},

	{"region", "RegionsInside", "lambda:CreateFunction", "arn:aws:lambda:us-east-1:111122223333:function:f", usEast, ""},
	{"london is not the EU", "RegionsInside", "s3:CreateBucket", "arn:aws:s3:::records", with{"aws:RequestedRegion": "eu-west-2"}, ""},
	{"zurich is not the EU", "RegionsInside", "ec2:CreateVolume", "arn:aws:ec2:eu-central-2:111122223333:volume/vol-1", with{"aws:RequestedRegion": "eu-central-2", "ec2:Encrypted": "true"}, ""},
	{"like a region inside", "RegionsInside", "s3:CreateBucket", "arn:aws:s3:::records", with{"aws:RequestedRegion": "eu-central-1a"}, ""},
	{"spelled in capitals", "RegionsInside", "s3:CreateBucket", "arn:aws:s3:::records", with{"aws:RequestedRegion": "EU-CENTRAL-1"}, ""},
	{"no region said", "RegionsInside", "s3:GetObject", object, with{"aws:RequestedRegion": nil}, ""},
	{"root elsewhere", "RegionsInside", "s3:CreateBucket", "arn:aws:s3:::records", usEast, root},
	{"delivery from everywhere", "RegionsInside", "cloudfront:CreateDistribution", "*", usEast, ""},
	{"global accelerator", "RegionsInside", "globalaccelerator:CreateAccelerator", "*", with{"aws:RequestedRegion": "us-west-2"}, ""},
	{"snapshot taken elsewhere", "RegionsInside", "ec2:CopySnapshot", "arn:aws:ec2:us-east-1::snapshot/snap-1", usEast, ""},
	{"database copied elsewhere", "RegionsInside", "rds:CopyDBSnapshot", "arn:aws:rds:us-east-1:111122223333:snapshot:s", usEast, ""},
	{"automated backups elsewhere", "RegionsInside", "rds:StartDBInstanceAutomatedBackupsReplication", "arn:aws:rds:us-east-1:111122223333:auto-backup:ab-1", usEast, ""},
	{"region opened", "NoOtherRegionOpened", "account:EnableRegion", "arn:aws:account::111122223333:account", with{"account:TargetRegion": "eu-central-2"}, ""},

	{"copy of a backup", "BackupsInside", "backup:CopyFromBackupVault", point, with{"backup:CopyTargets": []string{"arn:aws:backup:us-east-1:111122223333:backup-vault:v"}}, ""},
	{"one copy of two", "BackupsInside", "backup:CopyFromBackupVault", point, with{"backup:CopyTargets": []string{"arn:aws:backup:eu-west-1:111122223333:backup-vault:v", "arn:aws:backup:us-east-1:111122223333:backup-vault:v"}}, ""},
	{"region only in the name of the vault", "BackupsInside", "backup:CopyFromBackupVault", point, with{"backup:CopyTargets": []string{"arn:aws:backup:us-east-1:111122223333:backup-vault:eu-central-1"}}, ""},
	{"replica of a key", "KeysInside", "kms:ReplicateKey", key, with{"kms:ReplicaRegion": "us-east-1"}, ""},
	{"replica of a key, nowhere said", "KeysInside", "kms:ReplicateKey", key, nil, ""},
	{"replica of a secret", "SecretsInside", "secretsmanager:ReplicateSecretToRegions", secret, with{"secretsmanager:AddReplicaRegions": []string{"eu-west-1", "us-east-1"}}, ""},
	{"secret made with a replica", "SecretsInside", "secretsmanager:CreateSecret", secret, with{"secretsmanager:AddReplicaRegions": []string{"eu-west-2"}}, ""},
	{"replica of a table", "TablesInside", "dynamodb:CreateTableReplica", "arn:aws:dynamodb:us-east-1:111122223333:table/t", nil, ""},
	{"replica of a table named like a region", "TablesInside", "dynamodb:CreateTableReplica", "arn:aws:dynamodb:us-east-1:111122223333:table/eu-central-1", nil, ""},
	{"global table", "NoUnseenCopies", "dynamodb:CreateGlobalTable", "arn:aws:dynamodb::111122223333:global-table/t", nil, ""},
	{"replication of a bucket", "NoUnseenCopies", "s3:PutReplicationConfiguration", "arn:aws:s3:::records", nil, ""},
	{"replication by root", "NoUnseenCopies", "s3:PutReplicationConfiguration", "arn:aws:s3:::records", nil, root},
	{"replication of images", "NoUnseenCopies", "ecr:PutReplicationConfiguration", "*", nil, ""},
	{"copies of a warehouse", "NoUnseenCopies", "redshift:EnableSnapshotCopy", "arn:aws:redshift:eu-central-1:111122223333:cluster:c", nil, ""},
	{"replication of a file system", "NoUnseenCopies", "elasticfilesystem:CreateReplicationConfiguration", "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1", nil, ""},

	{"global profile", "InferenceInside", "bedrock:InvokeModel", "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/global.mistral.mistral-large-3", nil, ""},
	{"profile of the US", "InferenceInside", "bedrock:InvokeModelWithResponseStream", "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/us.mistral.pixtral-large-2502-v1:0", nil, ""},
	{"own profile of a global one", "InferenceInside", "bedrock:CreateInferenceProfile", "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/global.mistral.mistral-large-3", nil, ""},
	{"another model", "InferenceInside", "bedrock:InvokeModel", "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-v1:0", nil, ""},
	{"model with an approved name inside of its own", "InferenceInside", "bedrock:InvokeModel", "arn:aws:bedrock:eu-central-1::foundation-model/evil.mistral.large", nil, ""},
	{"throughput of another model", "InferenceInside", "bedrock:CreateProvisionedModelThroughput", "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-v1:0", nil, ""},
	{"another model made one's own", "InferenceInside", "bedrock:CreateModelCustomizationJob", "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0", nil, ""},
	{"router of another model", "InferenceInside", "bedrock:CreatePromptRouter", "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0", nil, ""},
	{"imported model", "InferenceInside", "bedrock:InvokeModel", "arn:aws:bedrock:eu-central-1:111122223333:imported-model/m", nil, ""},
	{"approved model, region in its ARN", "RegionsOfModels", "bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/mistral.mistral-large-2402-v1:0", nil, ""},
	{"another model by name", "ModelsByName", "bedrock-mantle:CreateInference", "arn:aws:bedrock-mantle:eu-central-1:111122223333:project/p", with{"bedrock-mantle:Model": "openai.gpt-oss-120b"}, ""},

	{"key of AWS", "KeyOrigin", "kms:CreateKey", "*", with{"kms:KeyOrigin": "AWS_KMS"}, ""},
	{"imported key", "KeyOrigin", "kms:CreateKey", "*", with{"kms:KeyOrigin": "EXTERNAL"}, ""},
	{"key of an HSM of AWS", "KeyOrigin", "kms:CreateKey", "*", with{"kms:KeyOrigin": "AWS_CLOUDHSM"}, ""},
	{"key of others", "OwnKeys", "kms:GenerateDataKey", "arn:aws:kms:eu-central-1:444455556666:key/k", with{"aws:ResourceOrgID": "o-other"}, ""},
	{"object without a key", "ObjectsUnderAKey", "s3:PutObject", object, nil, ""},
	{"object under a key of its sender", "ObjectsUnderAKey", "s3:PutObject", object, with{"s3:x-amz-server-side-encryption-customer-algorithm": "AES256"}, ""},
	{"volume in clear", "VolumesEncrypted", "ec2:CreateVolume", "arn:aws:ec2:eu-central-1:111122223333:volume/vol-1", with{"ec2:Encrypted": "false"}, ""},
	{"machine with a volume in clear", "VolumesEncrypted", "ec2:RunInstances", "arn:aws:ec2:eu-central-1:111122223333:volume/vol-1", with{"ec2:Encrypted": "false"}, ""},
	{"database in clear", "DatabasesEncrypted", "rds:CreateDBInstance", "arn:aws:rds:eu-central-1:111122223333:db:records", with{"rds:StorageEncrypted": "false"}, ""},
	{"cluster in clear", "DatabasesEncrypted", "rds:CreateDBCluster", "arn:aws:rds:eu-central-1:111122223333:cluster:records", with{"rds:StorageEncrypted": "false"}, ""},

	{"anybody", "OwnOrganisation", "s3:GetObject", object, with{"aws:PrincipalOrgID": nil}, "anonymous"},
	{"another organisation", "OwnOrganisation", "s3:GetObject", object, with{"aws:PrincipalOrgID": "o-other"}, other},
	{"no organisation", "OwnOrganisation", "kms:Decrypt", key, with{"aws:PrincipalOrgID": nil}, other},
	{"secret read by others", "OwnOrganisation", "secretsmanager:GetSecretValue", secret, with{"aws:PrincipalOrgID": "o-other"}, other},
	{"service on behalf of others", "OwnServices", "kms:GenerateDataKey", key, with{"aws:PrincipalIsAWSService": "true", "aws:SourceAccount": "444455556666", "aws:SourceOrgID": "o-other"}, ""},
	{"in clear", "Encrypted", "s3:GetObject", object, with{"aws:SecureTransport": "false"}, ""},
	{"old TLS", "TLS12", "s3:GetObject", object, with{"s3:TlsVersion": "1.1"}, ""},
}

var nothing = []asked{
	{"account", "", "account:GetContactInformation", "arn:aws:account::111122223333:account", nil, ""},
	{"bill", "", "ce:GetCostAndUsage", "*", nil, ""},
	{"store inside", "Closed", "s3:CreateBucket", "arn:aws:s3:::records", nil, ""},
	{"store inside, by root", "Closed", "s3:CreateBucket", "arn:aws:s3:::records", nil, root},
	{"store outside", "Closed", "s3:CreateBucket", "arn:aws:s3:::records", usEast, ""},
	{"role", "Closed", "iam:CreateRole", "arn:aws:iam::111122223333:role/r", nil, ""},
	{"model", "Closed", "bedrock:InvokeModel", "arn:aws:bedrock:eu-west-3::foundation-model/mistral.mistral-large-2402-v1:0", nil, ""},
}
