package enforce

import "github.com/bailiwick-dev/bailiwick/internal/bounds"

// KMSOrigins are the origins of keys of AWS KMS that the perimeter allows, where it
// asks for keys of the customer.
func KMSOrigins(b *bounds.Bounds, c *bounds.Cloud) []string {
	switch grade := b.Limits.Keys.MinGrade; {
	case b.KeysElsewhere(c) || grade >= 4:
		return []string{"EXTERNAL_KEY_STORE"}
	case grade >= 3:
		return []string{"AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}
	}
	return []string{"AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}
}

// ProtectionLevels are those of keys of Google Cloud that reach the lowest grade.
// With grades below external the provider has a usable key: where it may hold
// none, only external keys remain.
func ProtectionLevels(b *bounds.Bounds, c *bounds.Cloud) []string {
	grade := b.Limits.Keys.MinGrade
	switch {
	case b.KeysElsewhere(c) || grade >= 4:
		return []string{"EXTERNAL", "EXTERNAL_VPC"}
	case grade >= 2:
		return []string{"EXTERNAL", "EXTERNAL_VPC", "HSM"}
	}
	return []string{"EXTERNAL", "EXTERNAL_VPC", "HSM", "SOFTWARE"}
}
