package corpora

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Cost is what a process took.
type Cost struct {
	CPU     float64 // seconds, user and system
	PeakMiB float64
}

// Apart has this very program read one repository in a process of its own, with
// -child before it, and decodes the JSON that it writes. A panic, and an end
// that does not come within limit, are errors of that repository.
func Apart(dir string, limit time.Duration, into any) (Cost, error) {
	self, err := os.Executable()
	if err != nil {
		return Cost{}, fmt.Errorf("find this program: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-child", dir)
	var talk strings.Builder
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, into)
	}
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(talk.String()), "\n")
		err = fmt.Errorf("it was not read to the end: %w: %s", err, first)
	}
	var c Cost
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c = Cost{float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9, float64(u.Maxrss) / 1024} // Linux counts in KiB
	}
	return c, err
}
