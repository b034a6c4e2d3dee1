//go:build real

package cli

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// authority is openssl's configuration of one that stamps.
const authority = `[ tsa ]
serial = serial
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[ stamping ]
extendedKeyUsage = critical,timeStamping
[ ca ]
basicConstraints = critical,CA:true
[ req ]
distinguished_name = dn
[ dn ]
`

// TestRealTimestamp has openssl stamp the checkpoint of a ledger, and verifies
// what is kept.
func TestRealTimestamp(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	openssl := func(line string) {
		cmd := exec.Command("openssl", strings.Fields(line)...)
		cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "config"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v: %s", line, err, out)
		}
	}
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(want int, in string, args ...string) string {
		t.Helper()
		var out, talk bytes.Buffer
		if got := Main(args, strings.NewReader(in), &out, &talk); got != want {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, got, want, &out, &talk)
		}
		return out.String() + talk.String()
	}
	write("config", authority)
	write("pass", "correct horse battery staple")
	openssl("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=root -days 30 -extensions ca")
	openssl("req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=other -days 30 -extensions ca")
	openssl("req -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj /CN=authority")
	openssl("x509 -req -in req.pem -CA root.pem -CAkey root.key -CAcreateserial -out cert.pem -days 2 -extfile config -extensions stamping")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, _ := io.ReadAll(r.Body)
		write("query", string(query))
		openssl("ts -reply -config config -section tsa -queryfile query -out reply")
		http.ServeFile(w, r, "reply")
	}))
	defer server.Close()
	key, err := local.Create("key", local.Options{Secret: []byte("correct horse battery staple"), Cheap: true})
	if err != nil || key.Close() != nil {
		t.Fatal(err)
	}
	run(0, "", "ledger", "init", "log", "--origin", "ledger.clinic.example", "--key", "file:key", "--guard", "guard", "--shards", "none", "--secret", "file:pass")
	run(0, "one\ntwo\n", "ledger", "append", "log", "--secret", "file:pass")
	run(0, "", "ledger", "policy", "log", "-o", "trust.txt")

	if got := run(2, "", "ledger", "timestamp", "log", "--roots", "root.pem"); !strings.Contains(got, "no authority is named") {
		t.Error(got)
	}
	if got := run(2, "", "ledger", "timestamp", "log", "--roots", "other.pem", "--tsa", server.URL); !strings.Contains(got, "nobody whom you trust") {
		t.Error(got)
	}
	run(3, "", "ledger", "timestamp", "verify", "log", "--roots", "root.pem")
	if got := run(0, "", "ledger", "timestamp", "log", "--roots", "root.pem", "--tsa", server.URL); !strings.Contains(got, "2 entries of ledger.clinic.example existed at") {
		t.Error(got)
	}
	if got := run(0, "", "ledger", "timestamp", "verify", "log", "--roots", "root.pem", "--policy", "trust.txt", "--under", "1.2.3.4"); !strings.Contains(got, "VERIFIED  2 entries") {
		t.Error(got)
	}
	checkpoint, err := os.ReadFile("log/checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	write("log/checkpoint", strings.Replace(string(checkpoint), "\n2\n", "\n9\n", 1))
	if got := run(2, "", "ledger", "timestamp", "log", "--roots", "root.pem", "--tsa", server.URL); !strings.Contains(got, "nothing is stamped") {
		t.Error(got)
	}
	write("log/checkpoint", string(checkpoint))
	run(1, "", "ledger", "timestamp", "verify", "log", "--roots", "other.pem")
	run(1, "", "ledger", "timestamp", "verify", "log", "--roots", "root.pem", "--under", "1.2.3")
	stampedPack(t, run, write)
	notes, err := filepath.Glob("log/timestamps/*.note")
	if err != nil || len(notes) != 1 {
		t.Fatal(notes, err)
	}
	note, err := os.ReadFile(notes[0])
	if err != nil {
		t.Fatal(err)
	}
	write(notes[0], strings.Replace(string(note), "\n2\n", "\n3\n", 1))
	if got := run(1, "", "ledger", "timestamp", "verify", strings.TrimSuffix(notes[0], ".note")+".tst", "--roots", "root.pem"); !strings.Contains(got, "about something else") {
		t.Error(got)
	}
}

// stampedPack makes a pack of a ledger that an authority stamped, and verifies it with and
// without its certificate.
func stampedPack(t *testing.T, run func(want int, in string, args ...string) string, write func(file, text string)) {
	t.Helper()
	perimeter := "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: small}\nspec:\n  jurisdictions: {allow: [EU]}\n"
	write("perimeter.yaml", perimeter)
	write("main.tf", "provider \"aws\" {\n  region = \"eu-central-1\"\n}\nresource \"aws_s3_bucket\" \"corpus\" {}\n")
	run(0, fmt.Sprintf(`{"kind":"decision","facts":{"by":"check","verdict":"undecided","effect":"recorded","policy":"sha256:%x"}}`, sha256.Sum256([]byte(perimeter))),
		"ledger", "record", "log", "--secret", "file:pass")
	run(0, "", "evidence", "pack", "main.tf", "-o", "pack.zip", "--key", "file:key", "--secret", "file:pass", "--ledger", "log")
	write("public.pem", run(0, "", "keys", "public", "file:key", "--secret", "file:pass"))
	verify := func(want int, args ...string) string {
		return run(want, "", append([]string{"evidence", "verify", "pack.zip", "--public", "public.pem", "--policy", "trust.txt"}, args...)...)
	}
	if got := verify(3); !strings.Contains(got, "no certificates were given (--roots)") {
		t.Error(got)
	}
	if got := verify(0, "--roots", "root.pem"); !strings.Contains(got, "shown: the first 2 entries of ledger.clinic.example existed at") {
		t.Error(got)
	}
	if got := verify(1, "--roots", "other.pem"); !strings.Contains(got, ".tst: ") {
		t.Error(got)
	}
}
