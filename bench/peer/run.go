package peer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Run is one run of a tool.
type Run struct {
	CPU      float64 // seconds, user and system, of the process and those it waited for
	PeakMiB  float64 // of its largest process
	Wall     float64 // seconds; on a shared machine it says little
	TimedOut bool
	Err      error // the tool could not do its work
	Exit     int
	Findings []Finding
}

// Do runs a tool on a tree. A tool that is not done in time is ended, with
// everything that it started.
func (b *Bench) Do(ctx context.Context, t *Tool, tree string, limit time.Duration) (r Run) {
	out, err := os.MkdirTemp("", "bench-"+t.Name+"-*")
	if err != nil {
		return Run{Err: err}
	}
	defer os.RemoveAll(out)
	args, err := t.args(b, tree, out)
	if err != nil {
		return Run{Err: err}
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	cmd := exec.CommandContext(ctx, b.path(t), args...)
	cmd.Env = append(os.Environ(), t.env...)
	if t.needs != "" {
		cmd.Env = append(cmd.Env, "PATH="+b.Bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err = cmd.Run()
	r.Wall = time.Since(start).Seconds()
	if cmd.ProcessState == nil {
		return Run{Err: fmt.Errorf("run %s: %w", t.Name, err)}
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.CPU = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
		r.PeakMiB = float64(u.Maxrss) / 1024 // Linux counts in KiB
	}
	r.Exit = cmd.ProcessState.ExitCode()
	if ctx.Err() != nil {
		r.TimedOut = true
		return r
	}
	// Exit codes only say that something was found; what counts is a result.
	if r.Findings, r.Err = t.found(stdout.Bytes(), out); r.Err != nil {
		r.Err = fmt.Errorf("%s gave no result (%v): %w: %s", t.Name, err, r.Err, tail(stderr.String()))
	}
	return r
}

// tail is the end of what a tool says on stderr, on one line.
func tail(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return s[max(0, len(s)-300):]
}
