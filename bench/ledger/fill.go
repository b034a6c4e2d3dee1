package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// What is promised of a log of ten million entries.
const (
	openMost = 5 * time.Second
	rssMost  = 1 << 30
	diskMost = 560 // bytes an entry
)

// spare is what the disk must have left besides.
const spare = 15 << 30

// fill makes a large log, kills the process that wrote it, and measures what
// it takes to open it after that, after a clean close, and to check it all.
// Each step is a process of its own, whose peak memory is measured.
func fill(dir string, entries int64) error {
	work, err := os.MkdirTemp(dir, "bench-ledger-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	var disk syscall.Statfs_t
	if err := syscall.Statfs(work, &disk); err != nil {
		return err
	}
	free := int64(disk.Bavail) * disk.Bsize
	if need := entries*diskMost + spare; free < need {
		return fmt.Errorf("%s has %d MiB free; %d are needed, of which %d stay free", work, free>>20, need>>20, spare>>20)
	}
	fmt.Printf("| %d entries of %d bytes | time | peak RSS |\n|---|---|---|\n", entries, entrySize)
	steps := []struct {
		name, step string
		limited    bool
	}{
		{"append by 4,096 writers, then SIGKILL", "write", false},
		{"open after SIGKILL", "open", true},
		{"open after a clean close", "open", true},
		{"fsck: every frame, hash and checkpoint", "fsck", false},
		{"fsck by the tiles alone, as others see it", "tiles", false},
	}
	var failed []error
	for _, s := range steps {
		took, rss, err := step(work, s.step, entries)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("| %s | %v | %d MiB |\n", s.name, took.Round(time.Millisecond), rss>>20)
		if s.limited && (took > openMost || rss > rssMost) {
			failed = append(failed, fmt.Errorf("%s took %v and %d MiB; promised are %v and %d MiB", s.name, took, rss>>20, openMost, rssMost>>20))
		}
	}
	size, err := sizeOf(work)
	if err != nil {
		return err
	}
	each := float64(size) / float64(entries)
	fmt.Printf("\n%.1f bytes on disk an entry, of which %d are the entry's own.\n", each, entrySize)
	if each > diskMost {
		failed = append(failed, fmt.Errorf("%.1f bytes on disk an entry; promised are %d", each, diskMost))
	}
	return errors.Join(failed...)
}

// step runs this program once more, and reads how long the step itself took.
func step(work, name string, entries int64) (time.Duration, int64, error) {
	c := exec.Command(os.Args[0], "-step", name, "-dir", work, "-fill", strconv.FormatInt(entries, 10))
	c.Stderr = os.Stderr
	out, err := c.Output()
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("the system does not say how much memory was used")
	}
	var killed *exec.ExitError
	if errors.As(err, &killed) && name == "write" && c.ProcessState.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		err = nil
	}
	if err != nil {
		return 0, 0, err
	}
	took, err := time.ParseDuration(strings.TrimSpace(string(out)))
	return took, usage.Maxrss << 10, err
}

// runStep is what a process of a step does. It prints how long it took.
func runStep(name, work string, entries int64) error {
	start := time.Now()
	switch name {
	case "write":
		if err := write(work, entries); err != nil {
			return err
		}
		fmt.Println(time.Since(start))
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "open":
		l, err := openFilled(work)
		if err != nil {
			return err
		}
		fmt.Println(time.Since(start))
		if l.Head().Size != entries {
			return fmt.Errorf("%d entries were acknowledged, %d are there", entries, l.Head().Size)
		}
		return l.Close()
	case "fsck":
		guard, err := ledger.ReadGuard(filepath.Join(work, "guard"))
		if err != nil {
			return err
		}
		r, err := ledger.Fsck(filepath.Join(work, "log"), []c2sp.Checkpoint{guard})
		if err == nil && (len(r.Faults) > 0 || r.Entries != entries) {
			err = fmt.Errorf("%d entries, %v", r.Entries, r.Faults)
		}
		fmt.Println(time.Since(start))
		return err
	case "tiles":
		r, err := ledger.OpenReader(filepath.Join(work, "log"))
		if err != nil {
			return err
		}
		defer r.Close()
		err = c2sp.CheckTree(r.Head().Checkpoint, r.Tile)
		fmt.Println(time.Since(start))
		return err
	}
	return fmt.Errorf("there is no step %q", name)
}

func openFilled(work string) (*ledger.Log, error) {
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	return ledger.Open(filepath.Join(work, "log"), ledger.Options{
		Signer: c2sp.LogSigner(origin, key{private}), Guard: filepath.Join(work, "guard"),
		Warn: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) },
	})
}

// write appends by many writers, and leaves the log open.
func write(work string, entries int64) error {
	l, err := openFilled(work)
	if err != nil {
		return err
	}
	var next, done atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	for range 4096 {
		wg.Go(func() {
			entry := make([]byte, entrySize)
			for {
				i := next.Add(1)
				if i > entries || failed.Load() != nil {
					return
				}
				copy(entry, strconv.FormatInt(i, 10)+" ")
				if _, err := l.Append(context.Background(), entry); err != nil {
					failed.Store(err)
					return
				}
				if n := done.Add(1); n%1_000_000 == 0 {
					fmt.Fprintln(os.Stderr, n, "entries")
				}
			}
		})
	}
	wg.Wait()
	if err, ok := failed.Load().(error); ok {
		return err
	}
	return nil
}
