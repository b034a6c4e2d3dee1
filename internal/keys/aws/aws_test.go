package aws

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

var environment = map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

func options(n *keystest.Net, env map[string]string) Options {
	return Options{Network: service.Network{CAFile: n.CAFile, Dial: n.Dial, Pause: time.Millisecond}, Env: keystest.Environment(env), Home: "/nonexistent"}
}

func opened(t *testing.T, arn string, o Options) keys.Key {
	t.Helper()
	return keystest.Opened(t, "aws-kms:"+arn, func(a keys.Address) (keys.Key, error) { return Open(t.Context(), a, o) })
}

func TestSuite(t *testing.T) {
	_, n := newServer(t)
	o := options(n, environment)
	keystest.Run(t, keystest.Backend{
		Open: func(t *testing.T) keys.Key {
			return keystest.Pair{Key: opened(t, wrapARN, o), Signer: opened(t, signARN, o)}
		},
		Other: func(t *testing.T) keys.Key {
			return keystest.Pair{Key: opened(t, otherARN, o), Signer: opened(t, sign2ARN, o)}
		},
		Slow:     true,
		Messages: []int{1, 64, 1000, 4096},
	})
}

func TestKeysOfTheWrongKind(t *testing.T) {
	_, n := newServer(t)
	wrap, sign := opened(t, wrapARN, options(n, environment)), opened(t, signARN, options(n, environment))
	if _, err := wrap.Sign(t.Context(), []byte("m")); !errors.Is(err, keys.ErrNoSigner) {
		t.Errorf("sign by a symmetric key: %v", err)
	}
	if _, err := wrap.Public(t.Context()); !errors.Is(err, keys.ErrNoSigner) {
		t.Errorf("public half of a symmetric key: %v", err)
	}
	if _, err := sign.Wrap(t.Context(), []byte("m"), nil); err == nil {
		t.Error("a key of signatures wraps")
	}
	if _, err := sign.Unwrap(t.Context(), []byte("m"), nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("unwrap by a key of signatures: %v", err)
	}
	if _, err := sign.Sign(t.Context(), make([]byte, 4097)); err == nil {
		t.Error("a message too long is signed")
	}
	gone := opened(t, account+"key/99999999-2222-3333-4444-555555555555", options(n, environment))
	if _, err := gone.Unwrap(t.Context(), []byte("m"), nil); err == nil || errors.Is(err, keys.ErrUnwrap) || !strings.Contains(err.Error(), "NotFoundException") {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestDescribe(t *testing.T) {
	s, n := newServer(t)
	k := opened(t, wrapARN, options(n, environment))
	for _, c := range []struct {
		name   string
		change map[string]any
		want   keys.Statement
	}{
		{"made by the customer's order", nil, keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.No, MultiRegion: keys.No}},
		{"of several regions", map[string]any{"MultiRegion": true}, keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.No, MultiRegion: keys.Yes}},
		{"nothing about regions", map[string]any{"MultiRegion": nil}, keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.No}},
		{"imported", map[string]any{"Origin": "EXTERNAL"}, keys.Statement{Material: keys.Imported, Holder: graph.HolderProvider, Exportable: keys.Yes, MultiRegion: keys.No}},
		{"the provider's own", map[string]any{"KeyManager": "AWS"}, keys.Statement{Material: keys.Managed, Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.No, MultiRegion: keys.No}},
		{"in a cluster", map[string]any{"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "cks-1", "CloudHsmClusterId": "cluster-1"}, keys.Statement{Material: keys.Generated, Holder: graph.HolderProvider, Hardware: keys.Yes, MultiRegion: keys.No}},
		{"outside", map[string]any{"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "cks-1", "XksKeyConfiguration": map[string]any{"Id": "x"}}, keys.Statement{Holder: graph.HolderExternal, MultiRegion: keys.No}},
		{"of an origin that is new", map[string]any{"Origin": "MOON"}, keys.Statement{MultiRegion: keys.No}},
	} {
		before := s.metadata[wrapARN]
		changed := map[string]any{}
		for name, v := range before {
			changed[name] = v
		}
		for name, v := range c.change {
			changed[name] = v
		}
		s.metadata[wrapARN] = changed
		got, err := k.Describe(t.Context())
		s.metadata[wrapARN] = before
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.Region != testRegion || got.Grade != keys.ProviderAsserted || got.Provider != "aws" || got.Key != wrapARN {
			t.Errorf("%s: %+v", c.name, got)
		}
		if got.Material != c.want.Material || got.Holder != c.want.Holder || got.Exportable != c.want.Exportable || got.MultiRegion != c.want.MultiRegion || got.Hardware != c.want.Hardware {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestAnotherPlace holds that an answer from elsewhere than the address says is
// never used.
func TestAnotherPlace(t *testing.T) {
	s, n := newServer(t)
	wrap, sign, alias := opened(t, wrapARN, options(n, environment)), opened(t, signARN, options(n, environment)), opened(t, aliasARN, options(n, environment))
	w, err := alias.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		"arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
		"arn:aws:kms:eu-central-1:999999999999:key/11111111-2222-3333-4444-555555555555",
		"arn:aws-cn:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
		"none",
	} {
		s.answerAs = said
		s.metadata[wrapARN]["Arn"] = said
		errs := map[string]error{}
		_, errs["wrap"] = wrap.Wrap(t.Context(), []byte("secret"), nil)
		_, errs["unwrap"] = wrap.Unwrap(t.Context(), w, nil)
		_, errs["alias"] = alias.Wrap(t.Context(), []byte("secret"), nil)
		_, errs["sign"] = sign.Sign(t.Context(), []byte("m"))
		_, errs["public"] = sign.Public(t.Context())
		_, errs["describe"] = wrap.Describe(t.Context())
		for name, err := range errs {
			if err == nil || errors.Is(err, keys.ErrUnwrap) {
				t.Errorf("%s by %s: %v", name, said, err)
			}
		}
	}
}

func TestRetries(t *testing.T) {
	s, n := newServer(t)
	k := opened(t, wrapARN, options(n, environment))
	s.fail = []int{500, 503, 400}
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err != nil {
		t.Errorf("after three failures that pass: %v", err)
	}
	s.fail = []int{500, 500, 500, 500}
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil || !strings.Contains(err.Error(), "500 KMSInternalException") {
		t.Errorf("after four: %v", err)
	}
	s.fail, s.calls = nil, 0
	o := options(n, map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "another"})
	_, err := opened(t, wrapARN, o).Wrap(t.Context(), []byte("secret"), nil)
	if err == nil || s.calls != 1 || strings.Contains(err.Error(), "another:") {
		t.Errorf("a wrong secret was tried %d times: %v", s.calls, err)
	}
}

// TestExpired holds that credentials which ended before their time are got anew.
func TestExpired(t *testing.T) {
	s, n := newServer(t)
	o, now := options(n, environment), time.Now()
	o.Now = func() time.Time { return now }
	k := opened(t, wrapARN, o)
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	s.fail, s.calls = []int{403}, 0
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err != nil || s.calls != 2 {
		t.Errorf("%d calls, %v", s.calls, err)
	}
	s.fail = []int{403}
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil || !strings.Contains(err.Error(), "403 ExpiredTokenException") {
		t.Errorf("those that we have just got: %v", err)
	}
}

const identity = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>temporary</SecretAccessKey><SessionToken>session</SessionToken><Expiration>%s</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`

func TestCredentials(t *testing.T) {
	s, n := newServer(t)
	s.secrets["ASIAEXAMPLE"] = "temporary"
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	logins := 0
	n.Serve("sts."+testRegion+".amazonaws.com", false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logins++
		if r.FormValue("Action") != "AssumeRoleWithWebIdentity" || r.FormValue("Version") != "2011-06-15" || r.FormValue("RoleArn") != "arn:aws:iam::123456789012:role/clinic" || r.FormValue("WebIdentityToken") != "web" || r.FormValue("RoleSessionName") == "" {
			w.WriteHeader(403)
			w.Write([]byte(`<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`))
			return
		}
		w.Write([]byte(strings.Replace(identity, "%s", until, 1)))
	}))
	n.ServePlain("169.254.169.254:80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const roles = "/latest/meta-data/iam/security-credentials/"
		switch {
		case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" && r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds") != "":
			w.Write([]byte("imds"))
		case r.Header.Get("X-Aws-Ec2-Metadata-Token") != "imds":
			w.WriteHeader(401)
		case r.URL.Path == roles:
			w.Write([]byte("clinic"))
		case r.URL.Path == roles+"clinic":
			w.Write([]byte(`{"Code":"Success","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"temporary","Token":"session","Expiration":"` + until + `"}`))
		default:
			w.WriteHeader(404)
		}
	}))
	home := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	web := file("web", "web\n", 0o644)
	shared := file(".aws/credentials", "[other]\naws_access_key_id=x\n# c\n[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = "+environment["AWS_SECRET_ACCESS_KEY"]+"\n", 0o600)
	open := file("open", "[default]\n", 0o644)
	for _, c := range []struct {
		name, token string
		env         map[string]string
		home        string
		want        string
	}{
		{"environment", "", environment, "", ""},
		{"of a session", "session", map[string]string{"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "temporary", "AWS_SESSION_TOKEN": "session"}, "", ""},
		{"web identity", "session", map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": web, "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/clinic"}, "", ""},
		{"another role", "", map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": web, "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/other"}, "", "AccessDenied"},
		{"the home's file", "", map[string]string{}, home, ""},
		{"a file that is named", "", map[string]string{"AWS_SHARED_CREDENTIALS_FILE": shared}, "", ""},
		{"the machine's", "session", map[string]string{"BAILIWICK_AWS_METADATA": "on"}, "", ""},
		{"the machine's, not allowed", "", map[string]string{}, "", "BAILIWICK_AWS_METADATA=on"},
		{"half", "", map[string]string{"AWS_ACCESS_KEY_ID": "x"}, "", "belong together"},
		{"half an identity", "", map[string]string{"AWS_ROLE_ARN": "x"}, "", "belong together"},
		{"a profile that is not there", "", map[string]string{"AWS_PROFILE": "none"}, home, "no profile [none]"},
		{"a profile without a secret", "", map[string]string{"AWS_PROFILE": "other"}, home, "not followed"},
		{"a file for everybody", "", map[string]string{"AWS_SHARED_CREDENTIALS_FILE": open}, "", "chmod 600"},
		{"a file that is not there", "", map[string]string{"AWS_SHARED_CREDENTIALS_FILE": home + "/none"}, "", "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.token = c.token
			o := options(n, c.env)
			if c.home != "" {
				o.Home = c.home
			}
			a, err := keys.ParseAddress("aws-kms:" + wrapARN)
			if err != nil {
				t.Fatal(err)
			}
			k, err := Open(t.Context(), a, o)
			if err == nil {
				_, err = k.Wrap(t.Context(), []byte("secret"), nil)
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "wJalr") {
				t.Errorf("the error tells the secret: %v", err)
			}
		})
	}
	if logins != 2 {
		t.Errorf("%d logins for two keys", logins)
	}
}

func TestNetwork(t *testing.T) {
	_, n := newServer(t)
	o := options(n, environment)
	o.CAFile = ""
	if _, err := opened(t, wrapARN, o).Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
	for text, want := range map[string]string{
		"aws-kms:arn:aws-iso:kms:us-iso-east-1:123456789012:key/1": "not known",
		"ovh:eu-west-rbx/1": "no address",
	} {
		a, err := keys.ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), a, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
