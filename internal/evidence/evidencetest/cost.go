package evidencetest

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// CPU is the time of processors that the process took, in seconds: on a busy machine it
// tells more than the clock.
func CPU(t testing.TB) float64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// Memory is a field of the status of the process in MiB: VmRSS is what it has, VmHWM the
// most that it ever had.
func Memory(t testing.TB, field string) float64 {
	t.Helper()
	src, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, field+": %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	t.Fatalf("/proc/self/status has no %s", field)
	return 0
}
