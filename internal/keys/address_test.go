package keys

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"file:/etc/bailiwick/key": {Scheme: "file", Path: "/etc/bailiwick/key"},
		"file:a b":                {Scheme: "file", Path: "a b"},
		"transit://bao.clinic.example:8200/a/b/key": {Scheme: "transit", Host: "bao.clinic.example:8200", Mount: "a/b", Name: "key"},
		"transit://[::1]:8200/transit/records":      {Scheme: "transit", Host: "[::1]:8200", Mount: "transit", Name: "records"},
		"aws-kms:arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab": {
			Scheme: "aws-kms", Region: "eu-central-1", Name: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab"},
		"gcp-kms:projects/p-1/locations/europe-west3/keyRings/r/cryptoKeys/k": {
			Scheme: "gcp-kms", Region: "europe-west3", Name: "projects/p-1/locations/europe-west3/keyRings/r/cryptoKeys/k"},
		"gcp-kms:projects/example.com:p/locations/eu/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3": {
			Scheme: "gcp-kms", Region: "eu", Name: "projects/example.com:p/locations/eu/keyRings/r/cryptoKeys/k", Version: "3"},
		"azure-kv:https://clinic.vault.azure.net/keys/records":        {Scheme: "azure-kv", Host: "clinic.vault.azure.net", Name: "records"},
		"azure-kv:https://clinic.vault.azure.net/keys/records/0a1b2c": {Scheme: "azure-kv", Host: "clinic.vault.azure.net", Name: "records", Version: "0a1b2c"},
		"scaleway:fr-par/6170692e-7363-616c":                          {Scheme: "scaleway", Region: "fr-par", Name: "6170692e-7363-616c"},
		"ovh:eu-west-rbx/6170692e":                                    {Scheme: "ovh", Region: "eu-west-rbx", Name: "6170692e"},
		"pkcs11:token=My%20clinic;object=records;id=%01%fe?module-path=/usr/lib/p11.so&pin-source=file:/run/pin": {
			Scheme: "pkcs11", Token: map[string]string{"token": "My clinic", "object": "records", "id": "\x01\xfe", "module-path": "/usr/lib/p11.so", "pin-source": "file:/run/pin"}},
	} {
		got, err := ParseAddress(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", text, d)
		}
		again, err := ParseAddress(got.String())
		if err != nil || !cmp.Equal(again, got) {
			t.Errorf("%s is written %s, which is %+v, %v", text, got, again, err)
		}
	}
}

// TestTokenAddress: a slash would end the path of a URI (RFC 7512, 2.3).
func TestTokenAddress(t *testing.T) {
	a, err := ParseAddress("pkcs11:object=a/b:c;token=x y?module-path=/usr/lib/m.so")
	if want := "pkcs11:object=a%2Fb:c;token=x%20y?module-path=/usr/lib/m.so"; err != nil || a.String() != want {
		t.Errorf("it is written %s, %v, want %s", a, err, want)
	}
}

func TestParseAddressRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "begins with one of aws-kms, azure-kv, file",
		"/etc/key":                           "begins with one of",
		"vault:x":                            "begins with one of",
		"hunter2-is-my-secret:x":             `"hunter2-is-m…"`,
		"file:":                              "names a file",
		"file:/etc/":                         "names a file",
		"file:/etc/\x00":                     "control character",
		"transit://h/m":                      "transit://HOST/MOUNT/NAME",
		"transit:h/m/n":                      "transit://HOST/MOUNT/NAME",
		"transit://user:pw@h/m/n":            "transit://HOST/MOUNT/NAME",
		"transit://h/../n":                   "transit://HOST/MOUNT/NAME",
		"transit://h/m/n?x=y":                "transit://HOST/MOUNT/NAME",
		"transit://h /m/n":                   "transit://HOST/MOUNT/NAME",
		"aws-kms:alias/records":              "without region",
		"aws-kms:arn:aws:s3:eu:1:key/x":      "without region",
		"gcp-kms:projects/p/locations/l":     "cryptoKeys/K",
		"azure-kv:http://v/keys/n":           "https://VAULT/keys/NAME",
		"azure-kv:https://v/secrets/n":       "https://VAULT/keys/NAME",
		"azure-kv:https://v/keys/../n":       "https://VAULT/keys/NAME",
		"azure-kv:https://a@v/keys/n":        "https://VAULT/keys/NAME",
		"scaleway:6170692e":                  "scaleway:REGION/ID",
		"ovh:eu/a/b":                         "ovh:REGION/ID",
		"pkcs11:":                            "must name the key",
		"pkcs11:token=x":                     "must name the key",
		"pkcs11:object=x?pin-value=1234":     "does not belong in an address",
		"pkcs11:object=x;pin-value=1234":     "does not belong in an address",
		"pkcs11:object=x;objekt=y":           `"objekt" is no attribute`,
		"pkcs11:object=x;object=y":           "stands twice",
		"pkcs11:object=%zz":                  "invalid URL escape",
		"pkcs11:object=":                     "is empty",
		"pkcs11:object=x?object=y":           "no attribute there",
		"file:" + strings.Repeat("a", 1<<13): "is no address",
	} {
		if a, err := ParseAddress(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %+v, %v; want an error with %q", text, a, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"file:/a", "pkcs11:token=a%20;id=%00?pin-source=file:/a", "transit://h:1/a/b", "azure-kv:https://v/keys/n/1",
		"aws-kms:arn:aws:kms:eu-central-1:123456789012:alias/a", "gcp-kms:projects/p/locations/l/keyRings/r/cryptoKeys/k", "ovh:a/b", "scaleway:a/b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		b, err := ParseAddress(a.String())
		if err != nil || !cmp.Equal(a, b) {
			t.Fatalf("%q is %+v, written %q, which is %+v, %v", text, a, a, b, err)
		}
	})
}
