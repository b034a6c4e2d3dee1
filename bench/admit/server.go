package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// A process is bailiwick admit, running.
type process struct {
	cmd *exec.Cmd
	url string
}

// start builds and runs it with a perimeter of many bindings.
func start(s *settings, dir string) (*process, error) {
	src, err := os.ReadFile(filepath.Join(s.example, "perimeter.yaml"))
	if err != nil {
		return nil, err
	}
	var more strings.Builder
	more.WriteString("  bindings:\n")
	for i := range s.bindings {
		fmt.Fprintf(&more, "    - {match: \"*/team-%d/*\", data: [prompts], system: triage}\n", i)
	}
	perimeter := filepath.Join(dir, "perimeter.yaml")
	if err := os.WriteFile(perimeter, []byte(strings.Replace(string(src), "  bindings:\n", more.String(), 1)), 0o600); err != nil {
		return nil, err
	}
	bin := filepath.Join(dir, "bailiwick")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", bin, "./cmd/bailiwick").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w: %s", err, out)
	}
	cmd := exec.Command(bin, "admit", "--perimeter", perimeter, "--cluster", filepath.Join(s.example, "cluster", "nodes.yaml"), "--cluster", filepath.Join(s.example, "cluster", "triage.yaml"),
		"--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--tls-own", filepath.Join(dir, "tls"), "--drain", "0s")
	talk, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(talk)
	line, err := lines.ReadBytes('\n')
	var said struct{ Webhook string }
	if err != nil || json.Unmarshal(line, &said) != nil || said.Webhook == "" {
		return nil, fmt.Errorf("it does not serve: %s", line)
	}
	go io.Copy(io.Discard, lines) // a log that nobody reads would stop it
	return &process{cmd, "https://" + said.Webhook + "/admit?timeout=3s"}, nil
}

// stop ends it, and says when it did not end as it should.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/admit: the end of it:", err)
	}
}

// memory prints what it takes, where the system tells.
func (p *process) memory(w io.Writer) error {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return nil // not everywhere
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") {
			fmt.Fprint(w, line)
		}
	}
	return nil
}
