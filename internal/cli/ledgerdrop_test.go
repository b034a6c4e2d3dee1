package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// A month that is older than the retention goes, and the ledger says so and
// stays whole: the months behind it verify, and so does a proof of before.
func TestLedgerDrop(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("secret"), []byte("correct horse battery staple\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := local.Create(in("key"), local.Options{Secret: []byte("correct horse battery staple"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	k.Close()
	at, input, secret := "2026-08-15", "a line\n", "file:"+in("secret")
	said := func(want int, args ...string) string {
		t.Helper()
		now, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		e := &env{in: strings.NewReader(input), out: &out, err: &out, now: func() time.Time { return now }}
		if code := run(e, args); code != want {
			t.Fatalf("%v ends with %d: %s", args, code, &out)
		}
		return out.String()
	}
	speaks := func(text, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in: %s", want, text)
		}
	}
	said(0, "ledger", "init", in("l"), "--origin", "ledger.clinic.example", "--key", "file:"+in("key"), "--guard", in("guard"), "--secret", secret)
	said(0, "ledger", "append", in("l"), "--secret", secret)
	said(0, "ledger", "prove", in("l"), "0", "-o", in("proof"))
	said(0, "ledger", "policy", in("l"), "-o", in("trust"))
	input = `{"kind": "access", "subject": "max@clinic.example", "facts": {"action": "read", "result": "allowed"}}`
	said(0, "ledger", "record", in("l"), "--secret", secret)
	input = "a line\n"
	at = "2026-09-15"
	said(0, "ledger", "append", in("l"), "--secret", secret)
	at = "2027-03-02"
	speaks(said(2, "ledger", "drop", in("l"), "--secret", secret), "declares no retention")
	f, err := os.OpenFile(in("l/ledger.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("retention: 6m\n"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	speaks(said(0, "ledger", "drop", in("l"), "--secret", secret), "DROPPED  ledger.clinic.example/2026-08\n")
	speaks(said(0, "ledger", "drop", in("l"), "--secret", secret), "Nothing is older than the retention")
	speaks(said(2, "ledger", "prove", in("l"), "0", "--shard", "2026-08"), "dropped")
	said(0, "ledger", "prove", in("l"), "1", "--shard", "2026-09")
	said(0, "ledger", "fsck", in("l"))
	said(0, "ledger", "verify", in("proof"), "--policy", in("trust"))
	speaks(said(0, "ledger", "erase", in("l"), "--again", "--secret", secret), "shard 2026-08 was dropped")
}
