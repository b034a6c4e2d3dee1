package resolve

import (
	"strings"
	"testing"
)

func TestWordsOf(t *testing.T) {
	for name, want := range map[string]string{
		"storage_account_name":              "storage account name",
		"AWS::RDS::DBInstance":              "aws rds db instance",
		"DestinationBucketName":             "destination bucket name",
		"Microsoft.Storage/storageAccounts": "microsoft storage storage accounts",
		"keyARN":                            "key arn",
		"keyVaultIDs":                       "key vault ids",
		"aws_s3_bucket":                     "aws s3 bucket",
		"":                                  "",
	} {
		if got := strings.Join(wordsOf(name), " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
