//go:build real

package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// envelopes verifies envelopes of DSSE by securesystemslib, and reads the statements
// in them by in-toto's own Python library.
const envelopes = `
import base64, json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
from in_toto_attestation.v1.statement import Statement
import google.protobuf.json_format as jf
import in_toto_attestation.v1.statement_pb2 as pb

key = SSlibKey.from_crypto(load_pem_public_key(open(sys.argv[1], "rb").read()))
for path in sys.argv[2:]:
    raw = json.load(open(path))
    key.keyid = raw["signatures"][0]["keyid"]
    env = Envelope.from_dict(raw)
    assert env.payload_type == "application/vnd.in-toto+json"
    assert list(env.verify([key], 1)) == [key.keyid]
    s = Statement.copy_from_pb(jf.Parse(env.payload, pb.Statement()))
    s.validate()
    print(s.pb.predicate_type, len(s.pb.subject))
    env.payload += b" "
    try:
        env.verify([key], 1)
    except Exception:
        continue
    sys.exit("what was altered verifies")
`

// TestRealPack has the tools of others verify what they can of a pack: unzip,
// sha256sum, openssl, securesystemslib and in-toto.
func TestRealPack(t *testing.T) {
	python := peer.Path(t, "in-toto")
	example, err := filepath.Abs("../../examples/clinic-assistant")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	secret := filepath.Join(dir, "pass")
	if err := os.WriteFile(secret, []byte("correct horse battery staple"), 0o600); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "evidence.key")
	k, err := local.Create(key, local.Options{Secret: []byte("correct horse battery staple"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		var out, talk bytes.Buffer
		if code := Main(args, strings.NewReader(""), &out, &talk); code != exitPass {
			t.Fatalf("%v: exit %d: %s%s", args, code, &out, &talk)
		}
		return out.String()
	}
	other := func(in string, args ...string) string {
		t.Helper()
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = in
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
		return string(out)
	}
	t.Chdir(example)
	pack, public, in := filepath.Join(dir, "pack.zip"), filepath.Join(dir, "evidence.pem"), filepath.Join(dir, "pack")
	run("evidence", "pack", "-o", pack, "--key", "file:"+key, "--secret", "file:"+secret, "--at", "2026-11-25")
	if err := os.WriteFile(public, []byte(run("keys", "public", "file:"+key, "--secret", "file:"+secret)), 0o600); err != nil {
		t.Fatal(err)
	}
	run("evidence", "verify", pack, "--public", public)

	other(dir, "unzip", "-t", pack)
	other(dir, "unzip", "-q", pack, "-d", in)
	if out := other(in, "sha256sum", "-c", "SHA256SUMS"); strings.Count(out, ": OK\n") < 40 {
		t.Errorf("sha256sum looked at too little: %s", out)
	}
	list, _, _ := strings.Cut(other(in, "sha256sum", "SHA256SUMS"), " ")
	if pae, err := os.ReadFile(filepath.Join(in, "statement.pae")); err != nil || len(list) != 64 || !strings.Contains(string(pae), list) {
		t.Errorf("the statement does not name the list: %v", err)
	}
	for _, name := range []string{"statement", "verdict"} {
		other(in, "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", name+".pae", "-sigfile", name+".sig")
	}
	out := other(in, python, "-c", envelopes, public, "statement.dsse.json", "verdict.dsse.json")
	if !strings.Contains(out, "https://bailiwick.dev/attestation/evidence/v1") || !strings.Contains(out, "https://in-toto.io/attestation/svr/v0.2") {
		t.Errorf("in-toto read: %s", out)
	}
}
