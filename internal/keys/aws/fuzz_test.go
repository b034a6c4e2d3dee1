package aws

import (
	"errors"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads answers of every kind: no panic, and nothing is taken for
// known that is not there.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"KeyMetadata":{"Arn":"` + wrapARN + `","Origin":"AWS_KMS","MultiRegion":false}}`, `{"__type":"a#b","message":"m"}`, `{`, ``, `null`, `[]`,
		`<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>a</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
		`{"Code":"Success","AccessKeyId":"a","SecretAccessKey":"b","Expiration":"2026-01-01T00:00:00Z"}`, "[default]\naws_access_key_id=a\naws_secret_access_key=b\n",
	} {
		f.Add([]byte(seed), 200)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		a := &service.Answer{Status: status, Body: body}
		if m, err := parseMetadata(a); err == nil {
			s := m.statement()
			if m.Origin == "" && (s.Holder != "" || s.Exportable == keys.No) {
				t.Errorf("%q: %+v", body, s)
			}
		}
		if c, err := parseIdentity(a); err == nil && (c.Value.id == "" || c.Value.secret == "" || status != 200) {
			t.Errorf("credentials of %q", body)
		}
		if c, err := parseInstance(body); err == nil && (c.Value.id == "" || c.Value.secret == "") {
			t.Errorf("credentials of %q", body)
		}
		if c, err := parseShared(string(body), "default"); err == nil && (c.id == "" || c.secret == "") {
			t.Errorf("credentials of %q", body)
		}
		if err := error(refused(a)); err == nil || errors.Is(err, keys.ErrUnwrap) {
			t.Errorf("%v", err)
		}
	})
}
