package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// ledgers DIR: begins a ledger in DIR/ledger, with a key beside it whose
// passphrase stands in DIR/secret, and the policy of one who trusts it
// in DIR/trust.txt.
func ledgers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ledgers dir")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	secret := filepath.Join(dir, "secret")
	ts.Check(os.WriteFile(secret, []byte("correct horse battery staple\n"), 0o600))
	key, err := local.Create(filepath.Join(dir, "key"), local.Options{Secret: []byte("correct horse battery staple"), Cheap: true})
	ts.Check(err)
	public, err := key.Public(context.Background())
	ts.Check(err)
	ts.Check(ledger.Init(ledger.Config{
		Dir: filepath.Join(dir, "ledger"), Origin: "ledger.clinic.example", Key: "file:" + filepath.Join(dir, "key"), Guard: filepath.Join(dir, "guard"),
	}, public))
	trust := "log " + c2sp.LogKey("ledger.clinic.example", public).String() + "\nquorum none\n"
	ts.Check(os.WriteFile(filepath.Join(dir, "trust.txt"), []byte(trust), 0o600))
}

// holds DIR TEXT: some file below the folder holds the text; ! holds: none.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: holds dir text")
	}
	looked, found := 0, ""
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		looked++
		if content := ts.ReadFile(path); strings.Contains(content, args[1]) {
			found = path
		}
		return nil
	}))
	if looked == 0 || neg != (found == "") {
		ts.Fatalf("%d files; %q stands in %q", looked, args[1], found)
	}
}
