package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// A running is a server that a script began.
type running struct {
	cmd  *exec.Cmd
	talk io.ReadCloser
}

// serving NAME ARG …: begins a server of ours on free ports, and waits until it
// says where it listens: in $NAME (capitals) and $HEALTH.
func begin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: serving NAME COMMAND …")
	}
	self, err := os.Executable()
	ts.Check(err)
	cmd := exec.Command(self, append(args[1:], "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0")...)
	cmd.Args[0] = "bailiwick"
	cmd.Dir = ts.MkAbs(".")
	talk, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { cmd.Process.Kill(); cmd.Wait() })
	var line struct{ Msg, Listen, Health string }
	text, err := bufio.NewReader(talk).ReadString('\n')
	if err != nil || json.Unmarshal([]byte(text), &line) != nil || line.Msg != "serving" {
		ts.Fatalf("%s does not serve: %s", args[0], text)
	}
	ts.Setenv(strings.ToUpper(args[0]), "http://"+line.Listen)
	ts.Setenv("HEALTH", "http://"+line.Health)
	ts.Value(servers).(map[string]running)[args[0]] = running{cmd, talk}
}

// servers is where a script keeps its servers.
const servers = "servers"

// ended NAME CODE: SIGTERM ends the server with that code.
func ended(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ended NAME CODE")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	r := ts.Value(servers).(map[string]running)[args[0]]
	ts.Check(r.cmd.Process.Signal(syscall.SIGTERM))
	talk, err := io.ReadAll(r.talk)
	ts.Check(err)
	var failed *exec.ExitError
	if err := r.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		ts.Fatalf("%v", err)
	}
	if got := r.cmd.ProcessState.ExitCode(); got != want || strings.Contains(string(talk), "goroutine ") {
		ts.Fatalf("exit code %d, want %d: %s", got, want, talk)
	}
}

// fetch URL FILE: fetches what is there.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fetch URL FILE")
	}
	answer, err := http.Get(args[0])
	ts.Check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", answer.Status, b)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}
