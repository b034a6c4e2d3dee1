//go:build real

package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// signer signs what it reads by botocore, AWS's own.
const signer = `
import datetime, json, sys
import botocore, botocore.auth, botocore.awsrequest, botocore.credentials
class At(datetime.datetime):
    at = None
    @classmethod
    def utcnow(cls): return cls.at
    @classmethod
    def now(cls, tz=None): return cls.at.replace(tzinfo=tz)
out = []
for q in json.load(sys.stdin):
    at = At.strptime(q["at"], "%Y%m%dT%H%M%SZ")
    At.at = at
    botocore.auth.datetime = type("m", (), {"datetime": At, "timezone": datetime.timezone})
    if hasattr(botocore.auth, "get_current_datetime"):
        botocore.auth.get_current_datetime = lambda remove_tzinfo=True: datetime.datetime.strptime(q["at"], "%Y%m%dT%H%M%SZ")
    r = botocore.awsrequest.AWSRequest(method="POST", url=q["url"], headers=q["header"], data=q["body"].encode())
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(q["id"], q["secret"], q["token"] or None), "kms", q["region"]).add_auth(r)
    out.append({"authorization": r.headers["Authorization"], "date": r.headers["X-Amz-Date"]})
print(json.dumps({"version": botocore.__version__, "answers": out}))
`

// python is one that has botocore: of a peer that brings it.
func python(t *testing.T) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	all, _ := filepath.Glob(filepath.Join(cache, "bailiwick", "peers", "venv", "*", "bin", "python"))
	for _, p := range append(all, "python3") {
		if exec.Command(p, "-c", "import botocore").Run() == nil {
			return p
		}
	}
	t.Fatal("no Python with botocore: bench/peers.sh custodian brings one")
	return ""
}

// TestRealSigner signs the same requests by our signer and by botocore's.
func TestRealSigner(t *testing.T) {
	type question struct {
		URL    string            `json:"url"`
		Header map[string]string `json:"header"`
		Body   string            `json:"body"`
		ID     string            `json:"id"`
		Secret string            `json:"secret"`
		Token  string            `json:"token"`
		Region string            `json:"region"`
		At     string            `json:"at"`
	}
	var questions []question
	for i := range 50 {
		q := question{
			URL: "https://kms.eu-central-1.amazonaws.com/", Region: []string{"eu-central-1", "eu-west-3", "eusc-de-east-1"}[i%3],
			Header: map[string]string{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.Encrypt"},
			Body:   fmt.Sprintf(`{"KeyId":"%d"}`, i), ID: fmt.Sprintf("AKID%d", i), Secret: fmt.Sprintf("secret/+%d", i*i),
			At: time.Date(2026, 1, 1+i, i%24, i, 0, 0, time.UTC).Format(stamp),
		}
		if i%2 == 1 {
			q.Token = fmt.Sprintf("token//%d==", i)
		}
		questions = append(questions, q)
	}
	in, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python(t), "-W", "ignore", "-c", signer)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Version string
		Answers []struct{ Authorization, Date string }
	}
	if err := json.Unmarshal(out, &answer); err != nil || len(answer.Answers) != len(questions) {
		t.Fatalf("%s, %v", out, err)
	}
	for i, q := range questions {
		r, err := http.NewRequest(http.MethodPost, q.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range q.Header {
			r.Header.Set(name, v)
		}
		at, err := time.Parse(stamp, q.At)
		if err != nil {
			t.Fatal(err)
		}
		signature{credentials{id: q.ID, secret: q.Secret, token: q.Token}, q.Region, "kms", at}.add(r, []byte(q.Body))
		if got, want := r.Header.Get("Authorization"), answer.Answers[i].Authorization; got != want || answer.Answers[i].Date != q.At {
			t.Errorf("at %s ours is %s, that of botocore %s (at %s)", q.At, got, want, answer.Answers[i].Date)
		}
	}
	t.Logf("%d requests signed as botocore %s signs them", len(questions), answer.Version)
}
