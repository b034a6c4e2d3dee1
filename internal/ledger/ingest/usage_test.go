package ingest

import (
	"syscall"
	"testing"
	"time"
)

func usage(t testing.TB) syscall.Rusage {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

// cpu is what the process has used of all processors.
func cpu(t testing.TB) time.Duration {
	u := usage(t)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is the most memory that the process had, in bytes.
func resident(t testing.TB) float64 { return float64(usage(t).Maxrss) * 1024 }
