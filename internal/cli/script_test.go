package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/all"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// TestMain makes the command line a command of the scripts, so that exit
// codes and streams are those of a process of its own.
func TestMain(m *testing.M) {
	version = "0.0.0-test"
	testscript.Main(m, map[string]func(){
		"bailiwick": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"minted":    func() { os.Exit(minted()) },
	})
}

// TestScripts runs testdata/script: one file a promise.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("only %d scripts were found (%v)", len(files), err)
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files: files, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Values[servers] = map[string]running{}
			for _, kv := range []string{"EXAMPLES=" + examples, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
				"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@clinic.example", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@clinic.example"} {
				k, v, _ := strings.Cut(kv, "=")
				e.Setenv(k, v)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "targets": targets, "formed": formed, "lines": lines, "shape": shape, "fifo": fifo, "sparse": sparse, "latin1": latin1, "keyfile": keyfile, "holds": holds,
			"mint": mintEvidence, "vendors": vendors, "asked": asked, "answers": answers,
			"serving": begin, "ended": ended, "fetch": fetch,
		},
	})
}

// code N CMD …: the command ends with exit code N, without a panic, and with
// at least one line of talk when it is an error.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ee *exec.ExitError
		if !errors.As(err, &ee) {
			ts.Fatalf("%v", err)
		}
		got = ee.ExitCode()
	}
	talk := ts.ReadFile("stderr")
	if strings.Contains(talk, "goroutine ") {
		ts.Fatalf("it panicked")
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if want != exitError {
		return
	}
	if talk == "" {
		ts.Fatalf("an error without a word")
	}
	for line := range strings.Lines(talk) {
		if !strings.HasPrefix(line, "bailiwick: ") {
			ts.Fatalf("a line of an error does not begin with the name of the program: %q", line)
		}
	}
}

// targets N CMD …: as code, for every target of enforce in the place of TARGET.
func targets(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range all.Names() {
		each := make([]string, len(args))
		for i, a := range args {
			each[i] = strings.ReplaceAll(a, "TARGET", name)
		}
		code(ts, neg, each)
	}
}

// formed FORMAT FILE: the file is a document of the format.
func formed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: formed format file")
	}
	src := ts.ReadFile(args[1])
	bad := ""
	switch args[0] {
	case "json", "sarif", "gitlab", "openreports":
		if !json.Valid([]byte(src)) {
			bad = "no JSON"
		}
	case "junit":
		d := xml.NewDecoder(strings.NewReader(src))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			ts.Check(err)
		}
	case "html":
		if !strings.HasPrefix(src, "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(src), "</html>") {
			bad = "no page"
		}
	case "github":
		for line := range strings.Lines(src) {
			if !strings.HasPrefix(line, "::error ") && !strings.HasPrefix(line, "::warning ") && !strings.HasPrefix(line, "::notice ") {
				bad = fmt.Sprintf("no workflow command: %q", line)
			}
		}
	case "markdown":
		if !strings.HasPrefix(src, "## ") {
			bad = "no heading"
		}
	case "text":
		if strings.Contains(src, "\x1b") {
			bad = "colour off a terminal"
		}
	default:
		bad = "the script names an unknown format"
	}
	if bad != "" || src == "" {
		ts.Fatalf("%s: %s: %.200s", args[1], bad, src)
	}
}

// lines MAX FILE: the file has at most so many lines, and at least one.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	if n := strings.Count(ts.ReadFile(args[1]), "\n"); n < 1 || n > most {
		ts.Fatalf("%d lines, want 1 to %d", n, most)
	}
}

// shape FILE KEY …: the top level of the JSON document has exactly these keys.
func shape(ts *testscript.TestScript, neg bool, args []string) {
	var doc map[string]json.RawMessage
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	var got []string
	for k := range doc {
		got = append(got, k)
	}
	want := slices.Clone(args[1:])
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		ts.Fatalf("keys %v, want %v", got, want)
	}
}

func fifo(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o644))
}

// sparse FILE BYTES: a file that is big and takes no room.
func sparse(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(f.Truncate(n))
	ts.Check(f.Close())
}

// keyfile KEY SECRET: a key file that opens fast, under the passphrase in SECRET.
func keyfile(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.Chmod(ts.MkAbs(args[1]), 0o600))
	secret, err := keys.ReadSecret("file:" + ts.MkAbs(args[1]))
	ts.Check(err)
	k, err := local.Create(ts.MkAbs(args[0]), local.Options{Secret: secret, Cheap: true})
	ts.Check(err)
	ts.Check(k.Close())
}

// latin1 FILE: rewrites a file in ISO 8859-1.
func latin1(ts *testscript.TestScript, neg bool, args []string) {
	var out []byte
	for _, r := range ts.ReadFile(args[0]) {
		out = append(out, byte(r))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o644))
}
