// Command ledger measures our log beside Tessera's POSIX log, in one run on
// one disk: appends per second and latency at one, 64 and 1,024 writers, each
// entry of 500 bytes durable before its writer goes on. It prints a table in
// Markdown with the ratios, and ends with 1 when one is below what the project
// promises: eight times Tessera awaiting its signed checkpoint, four times
// Tessera acknowledging without.
//
// Each engine has a folder of its own below -dir, which must lie on the disk
// that is to be measured. Rounds are interleaved; medians are printed.
//
// With -fill 10000000 it measures a log of that size instead: opening after a
// kill and after a clean close, checking it, and its bytes on disk.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// entrySize is the size of an entry in bytes.
const entrySize = 500

// An engine appends entries durably.
type engine struct {
	name string
	open func(ctx context.Context, dir string, writers int) (add func(context.Context, []byte) error, done func() error, err error)
	want float64 // how many times faster ours must be; zero for ours
}

var engines = []engine{
	{"bailiwick, signed proof in each acknowledgement", openOurs, 0},
	{"Tessera POSIX, awaiting the signed checkpoint", openAwaiting, 8},
	{"Tessera POSIX, acknowledging without", openTessera, 4},
}

// result is what one round of one engine gave.
type result struct {
	rate     float64 // appends per second
	p50, p99 time.Duration
	size     float64 // bytes on disk an entry
}

func main() {
	dir := flag.String("dir", "", "folder on the disk to be measured; a temporary one when empty")
	rounds := flag.Int("rounds", 5, "rounds of each engine")
	length := flag.Duration("time", 3*time.Second, "length of a round")
	entries := flag.Int64("fill", 0, "instead: fill a log of that many entries, and measure opening and checking it")
	name := flag.String("step", "", "one step of -fill, for the processes that it starts")
	flag.Parse()
	var err error
	switch {
	case *name != "":
		err = runStep(*name, *dir, *entries)
	case *entries > 0:
		err = fill(*dir, *entries)
	default:
		err = run(*dir, *rounds, *length)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
}

func run(dir string, rounds int, length time.Duration) error {
	work, err := os.MkdirTemp(dir, "bench-ledger-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fmt.Println("| writers | engine | appends/s | p50 | p99 | bytes an entry | ours is |")
	fmt.Println("|---|---|---|---|---|---|---|")
	var slow error
	for _, writers := range []int{1, 64, 1024} {
		results := make([][]result, len(engines))
		for round := range rounds {
			for i, e := range engines {
				fmt.Fprintf(os.Stderr, "%d writers, round %d: %s\n", writers, round+1, e.name)
				r, err := measure(filepath.Join(work, fmt.Sprint(writers, "-", round, "-", i)), e, writers, length)
				if err != nil {
					return fmt.Errorf("%s: %w", e.name, err)
				}
				results[i] = append(results[i], r)
			}
		}
		ours := median(results[0], func(r result) float64 { return r.rate })
		for i, e := range engines {
			rate := median(results[i], func(r result) float64 { return r.rate })
			ratio := ours / rate
			verdict := ""
			if e.want > 0 {
				verdict = fmt.Sprintf("%.1f times", ratio)
				if ratio < e.want {
					slow = errors.Join(slow, fmt.Errorf("with %d writers ours is %.1f times %s; promised are %.0f", writers, ratio, e.name, e.want))
				}
			}
			fmt.Printf("| %d | %s | %.0f | %v | %v | %.0f | %s |\n", writers, e.name, rate,
				median(results[i], func(r result) time.Duration { return r.p50 }).Round(10*time.Microsecond),
				median(results[i], func(r result) time.Duration { return r.p99 }).Round(10*time.Microsecond),
				median(results[i], func(r result) float64 { return r.size }), verdict)
		}
	}
	return slow
}

func median[T cmp.Ordered](results []result, of func(result) T) T {
	values := make([]T, len(results))
	for i, r := range results {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// measure runs one engine with that many writers, each of which waits for its
// acknowledgement before it appends the next entry.
func measure(dir string, e engine, writers int, length time.Duration) (result, error) {
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	add, done, err := e.open(ctx, dir, writers)
	if err != nil {
		return result{}, err
	}
	var failed atomic.Value
	var mu sync.Mutex
	var latencies []time.Duration
	var wg sync.WaitGroup
	start := time.Now()
	for range writers {
		wg.Go(func() {
			var own []time.Duration
			for time.Since(start) < length {
				entry := make([]byte, entrySize)
				rand.Read(entry)
				at := time.Now()
				if err := add(ctx, entry); err != nil {
					failed.Store(err)
					return
				}
				own = append(own, time.Since(at))
			}
			mu.Lock()
			latencies = append(latencies, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	if err, ok := failed.Load().(error); ok {
		return result{}, err
	}
	if err := done(); err != nil {
		return result{}, err
	}
	if len(latencies) == 0 {
		return result{}, errors.New("nothing was appended in that time: take a longer one")
	}
	size, err := sizeOf(dir)
	if err != nil {
		return result{}, err
	}
	slices.Sort(latencies)
	n := len(latencies)
	return result{float64(n) / elapsed.Seconds(), latencies[n/2], latencies[n*99/100], float64(size) / float64(n)}, nil
}

func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
