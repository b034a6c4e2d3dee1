package enforce

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// NoCloudKey refuses the highest grade of the custody ladder where a cloud may run
// something: data that a client encrypts before it comes lies under no key which
// the cloud could be told to ask for.
func NoCloudKey(b *bounds.Bounds, c *bounds.Cloud, what string) error {
	if !b.CustomerKey() || b.Limits.Keys.MinGrade < 5 || len(c.Codes()) == 0 {
		return nil
	}
	return &Unmet{Clause: fmt.Sprintf("spec.data (%s: keys: min_grade: %d)", graph.Listed(b.Classes), b.Limits.Keys.MinGrade),
		Why: what + " sees whether the client encrypted data before it came; ask for grade 4, keys that are held outside, or encrypt in the program (check holds KEY-002)"}
}

// KMSOrigins are the origins of keys of AWS KMS that the perimeter allows, where it
// asks for keys of the customer. CloudHSM is a hardware module as KMS itself is, and
// not the grade above, which is material that the customer brings.
func KMSOrigins(b *bounds.Bounds, c *bounds.Cloud) []string {
	switch grade := b.Limits.Keys.MinGrade; {
	case b.KeysElsewhere(c) || grade >= 4:
		return []string{"EXTERNAL_KEY_STORE"}
	case grade >= 3:
		return []string{"EXTERNAL", "EXTERNAL_KEY_STORE"}
	}
	return []string{"AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}
}

// ProtectionLevels are those of keys of Google Cloud that reach the lowest grade.
// With grades below external the provider has a usable key: where it may hold
// none, only external keys remain. So they do where keys have to be imported: a
// level does not say of whom its material is.
func ProtectionLevels(b *bounds.Bounds, c *bounds.Cloud) []string {
	grade := b.Limits.Keys.MinGrade
	switch {
	case b.KeysElsewhere(c) || grade >= 3:
		return []string{"EXTERNAL", "EXTERNAL_VPC"}
	case grade >= 2:
		return []string{"EXTERNAL", "EXTERNAL_VPC", "HSM"}
	}
	return []string{"EXTERNAL", "EXTERNAL_VPC", "HSM", "SOFTWARE"}
}
