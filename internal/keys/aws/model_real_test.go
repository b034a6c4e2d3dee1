//go:build real

package aws

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// model prints what botocore's model has of the operations that we call: the
// members of requests and answers, and the errors that we tell apart.
const model = `
import json
import botocore, botocore.session
m = botocore.session.Session().get_service_model("kms", api_version="2014-11-01")
out = {"version": botocore.__version__, "target": m.metadata["targetPrefix"], "json": m.metadata["jsonVersion"], "requests": {}, "answers": {}, "errors": [], "sign": m.shape_for("SigningAlgorithmSpec").enum, "origins": m.shape_for("OriginType").enum}
for name in ["Encrypt", "Decrypt", "Sign", "GetPublicKey", "DescribeKey"]:
    o = m.operation_model(name)
    out["requests"][name] = sorted(o.input_shape.members)
    out["answers"][name] = sorted(o.output_shape.members)
    out["errors"] += [e.name for e in o.error_shapes]
out["metadata"] = sorted(m.shape_for("KeyMetadata").members)
print(json.dumps(out))
`

// TestRealModel holds that our server is what the published model says, in all that
// we send and read.
func TestRealModel(t *testing.T) {
	cmd := exec.Command(python(t), "-W", "ignore", "-c", model)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Version, Target, JSON           string
		Requests, Answers               map[string][]string
		Errors, Sign, Origins, Metadata []string
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatalf("%s, %v", out, err)
	}
	if m.Target != "TrentService" || m.JSON != "1.1" {
		t.Errorf("protocol %s, %s", m.Target, m.JSON)
	}
	if len(members) != len(m.Requests) {
		t.Errorf("operations %v, the model's %v", slices.Sorted(maps.Keys(members)), slices.Sorted(maps.Keys(m.Requests)))
	}
	for operation, ours := range members {
		if got := slices.Sorted(slices.Values(ours)); !slices.Equal(got, m.Requests[operation]) {
			t.Errorf("%s has %v, the model %v", operation, got, m.Requests[operation])
		}
	}
	holds := func(what string, all []string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !slices.Contains(all, w) {
				t.Errorf("%s: the model has no %s: %v", what, w, all)
			}
		}
	}
	holds("Encrypt", m.Answers["Encrypt"], "CiphertextBlob", "KeyId", "EncryptionAlgorithm")
	holds("Decrypt", m.Answers["Decrypt"], "Plaintext", "KeyId", "EncryptionAlgorithm")
	holds("Sign", m.Answers["Sign"], "Signature", "KeyId", "SigningAlgorithm")
	holds("GetPublicKey", m.Answers["GetPublicKey"], "PublicKey", "KeyId", "KeySpec", "KeyUsage")
	holds("metadata", m.Metadata, "Arn", "Origin", "KeyManager", "CloudHsmClusterId", "MultiRegion")
	holds("errors", m.Errors, "InvalidCiphertextException", "IncorrectKeyException", "InvalidKeyUsageException", "UnsupportedOperationException")
	holds("signatures", m.Sign, ed25519Pure)
	if want := []string{"AWS_CLOUDHSM", "AWS_KMS", "EXTERNAL", "EXTERNAL_KEY_STORE"}; !slices.Equal(slices.Sorted(slices.Values(m.Origins)), want) {
		t.Errorf("origins %v, we know %v", m.Origins, want)
	}
	t.Logf("our server is as the model of botocore %s", m.Version)
}
