//go:build real

package aws_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/aws"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

//go:embed testdata/decide.js
var decide string

type named struct {
	Name string          `json:"name"`
	Kind string          `json:"kind"`
	Doc  json.RawMessage `json:"doc"`
}

type request struct {
	Principal string          `json:"principal"`
	Action    string          `json:"action"`
	Resource  string          `json:"resource"`
	Account   string          `json:"account"`
	Context   map[string]any  `json:"context"`
	Policy    *resourcePolicy `json:"policy,omitempty"`
	name      string
	want      string // the statement that refuses; "" where none may
}

type resourcePolicy struct {
	Version   string
	Statement []map[string]any
}

type answer struct {
	Result string   `json:"result"`
	Bare   string   `json:"bare"` // without our policies
	By     []string `json:"by"`
	Unseen []string `json:"unseen"`
}

// policies are those of a perimeter that are about requests.
func policies(t *testing.T, perimeter string) []named {
	t.Helper()
	files, err := aws.Target.Write(enforcetest.Bounds(t, perimeter))
	if err != nil {
		t.Fatal(err)
	}
	var out []named
	for _, f := range files {
		if !bytes.Contains(f.Data, []byte(`"Statement"`)) || !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		kind := "SERVICE_CONTROL_POLICY"
		if bytes.Contains(f.Data, []byte(`"Principal"`)) {
			kind = "RESOURCE_CONTROL_POLICY"
		}
		out = append(out, named{Name: f.Name, Kind: kind, Doc: f.Data})
	}
	return out
}

// judge asks the simulator, and holds what it says against what is wanted.
func judge(t *testing.T, ps []named, rs []request) {
	t.Helper()
	peer := peer.Path(t, "iam-simulate")
	asked, err := json.Marshal(map[string]any{"policies": ps, "requests": rs})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "-e", decide)
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(peer, "node_modules"))
	var talk bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), &talk
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, talk.Bytes())
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(rs) {
		t.Fatalf("%v: %s", err, out)
	}
	allowed, refused := 0, 0
	for i := range rs {
		r, a := &rs[i], &answers[i]
		switch {
		case a.Bare != "Allowed":
			t.Errorf("%s: %s without a policy of ours", r.name, a.Bare)
		case len(a.Unseen) > 0:
			t.Errorf("%s: AWS does not tell a policy %q of %s", r.name, a.Unseen, r.Action)
		case r.want == "" && a.Result != "Allowed":
			t.Errorf("%s: it is inside, and %s by %q", r.name, a.Result, a.By)
		case r.want == "":
			allowed++
		case a.Result != "ExplicitlyDenied" || !slices.Contains(a.By, r.want):
			t.Errorf("%s: %s by %q, and %s should refuse it", r.name, a.Result, a.By, r.want)
		default:
			refused++
		}
	}
	t.Logf("%d allowed, %d refused", allowed, refused)
}

// requests are made of lines by merging what they say into a request of a role in
// the region of Frankfurt.
func requests(cases []asked) []request {
	var out []request
	for _, c := range cases {
		r := request{Principal: role, Action: c.action, Resource: c.resource, Account: account, name: c.name, want: c.want,
			Context: map[string]any{"aws:PrincipalOrgID": "o-clinic", "aws:ResourceOrgID": "o-clinic", "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false", "aws:RequestedRegion": "eu-central-1"}}
		if c.who != "" {
			r.Principal = c.who
		}
		maps.Copy(r.Context, c.with)
		maps.DeleteFunc(r.Context, func(_ string, v any) bool { return v == nil })
		if parts := strings.Split(c.resource, ":"); len(parts) > 5 && parts[4] != "" {
			r.Account = parts[4]
		}
		// Without a policy of the resource nobody else gets at it, and at a key nobody.
		if r.Principal == "anonymous" || strings.HasPrefix(c.resource, "arn:aws:kms:") || strings.Contains(r.Principal, "444455556666") {
			r.Policy = &resourcePolicy{"2012-10-17", []map[string]any{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}}
		}
		out = append(out, r)
	}
	return out
}

// TestRealSimulate: the policies refuse every way out, each by the statement that is
// there for it, and nothing that is inside.
func TestRealSimulate(t *testing.T) { judge(t, policies(t, inside), requests(ways)) }

// TestRealClosed: where AWS may run nothing, nothing but the account is left.
func TestRealClosed(t *testing.T) {
	for _, text := range enforcetest.Clinics(t) {
		judge(t, policies(t, text), requests(nothing))
	}
}
