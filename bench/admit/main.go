// Command admit loads the webhook at its socket: reviews at a fixed rate over TLS,
// by a perimeter of a thousand bindings. A review counts from when it should have
// been sent, so that a slow answer does not hide those that waited behind it.
//
//	go run ./bench/admit                  starts bailiwick admit in a process of its own
//	go run ./bench/admit -fresh 10        of a hundred reviews, ten of a shape that was never seen
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// settings are the flags.
type settings struct {
	rate, seconds, fresh, bindings, callers int
	example                                 string
}

func main() {
	var s settings
	flag.IntVar(&s.rate, "rate", 500, "reviews a second")
	flag.IntVar(&s.seconds, "seconds", 20, "for how long")
	flag.IntVar(&s.fresh, "fresh", 0, "of a hundred reviews, how many are of a shape that was never seen")
	flag.IntVar(&s.bindings, "bindings", 1000, "bindings of the perimeter")
	flag.IntVar(&s.callers, "callers", 32, "connections")
	flag.StringVar(&s.example, "example", "examples/clinic-assistant-sovereign", "folder with perimeter.yaml and cluster/")
	flag.Parse()
	if err := run(&s); err != nil {
		fmt.Fprintln(os.Stderr, "bench/admit:", err)
		os.Exit(2)
	}
}

func run(s *settings) error {
	dir, err := os.MkdirTemp("", "bench-admit-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	debug.SetGCPercent(800) // the caller shares the machine, and is not what is measured
	p, err := start(s, dir)
	if err != nil {
		return err
	}
	defer p.stop()
	ca, err := os.ReadFile(filepath.Join(dir, "tls", "ca.crt"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, MaxIdleConns: s.callers, MaxIdleConnsPerHost: s.callers, MaxConnsPerHost: s.callers}}
	for i := range 200 { // connections, and the first answer of each shape
		if _, err := call(client, p.url, review(i, 0)); err != nil {
			return err
		}
	}
	took, err := load(s, client, p.url)
	if err != nil {
		return err
	}
	slices.Sort(took)
	at := func(q float64) time.Duration {
		return took[min(len(took)-1, int(q*float64(len(took))))].Round(time.Microsecond)
	}
	fmt.Printf("reviews %d, asked for %d/s, bindings %d, never seen %d%%\np50 %v  p90 %v  p99 %v  p99.9 %v  max %v\n", len(took), s.rate, s.bindings, s.fresh, at(.5), at(.9), at(.99), at(.999), took[len(took)-1])
	return p.memory(os.Stdout)
}

// load sends the reviews, and returns how long each took, with the wait.
func load(s *settings, client *http.Client, url string) ([]time.Duration, error) {
	type job struct {
		due  time.Time
		body []byte
	}
	total := s.rate * s.seconds
	jobs := make(chan job, total)
	var mu sync.Mutex
	var took []time.Duration
	var first error
	var wg sync.WaitGroup
	for range s.callers {
		wg.Go(func() {
			for j := range jobs {
				_, err := call(client, url, j.body)
				d := time.Since(j.due)
				mu.Lock()
				took = append(took, d)
				if first == nil {
					first = err
				}
				mu.Unlock()
			}
		})
	}
	began := time.Now()
	for i := range total {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(s.rate))
		b := review(i, s.fresh)
		time.Sleep(time.Until(due))
		jobs <- job{due, b}
	}
	close(jobs)
	wg.Wait()
	fmt.Printf("rate %.0f/s\n", float64(total)/time.Since(began).Seconds())
	return took, first
}

func call(client *http.Client, url string, body []byte) (allowed bool, err error) {
	resp, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return false, err
	}
	var a struct{ Response struct{ Allowed bool } }
	if err := json.Unmarshal(b, &a); err != nil || resp.StatusCode != http.StatusOK {
		return false, fmt.Errorf("%s: %s", resp.Status, b)
	}
	return a.Response.Allowed, nil
}
