package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// auditLine is a line of Kubernetes with that number.
func auditLine(i int) string {
	return fmt.Sprintf(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%08x-58f8-4bb6-9e3c-000000000000","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/ns%d/configmaps/name-%d","verb":"get","user":{"username":"user-%d@example.com","uid":"1","groups":["system:authenticated","clinicians"]},"sourceIPs":["10.1.%d.%d"],"userAgent":"kubectl/v1.34.0 (linux/amd64) kubernetes/0000000","objectRef":{"resource":"configmaps","namespace":"ns%d","name":"name-%d","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-29T10:00:00.000000Z","stageTimestamp":"2026-11-29T10:00:%02d.%06dZ","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding \"x\" of ClusterRole \"y\" to Group \"clinicians\""}}`,
		i, i%50, i, i%200, i%250, i%7, i%50, i, i%60, i%1000000) + "\n"
}

func auditFile(t testing.TB, from, to int) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "audit.log"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		if b.WriteString(auditLine(i)); b.Len() > 1<<20 || i == to-1 {
			if _, err := f.WriteString(b.String()); err != nil {
				t.Fatal(err)
			}
			b.Reset()
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func run(t testing.TB, p *page, k *Known, o Options) Summary {
	t.Helper()
	sum, err := Run(context.Background(), p, k, o)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// The same file twice is in the ledger once, so is a copy of it under another
// name; what came behind it since is new. The order of the file is kept.
func TestTwice(t *testing.T) {
	p := &page{}
	k := openKnown(t, p)
	file := auditFile(t, 0, 5000)
	if sum := run(t, p, k, Options{Kind: "kubernetes", Files: []string{file}}); sum.Logged != 5000 || sum.Already != 0 {
		t.Fatalf("%+v", sum)
	}
	for i, r := range p.records {
		if want := fmt.Sprintf("configmaps/ns%d/name-%d", i%50, i); r.Sealed["resource"] != want {
			t.Fatalf("entry %d is of %s, not of %s", i, r.Sealed["resource"], want)
		}
	}
	longer := auditFile(t, 0, 6000)
	if sum := run(t, p, k, Options{Kind: "kubernetes", Files: []string{file, longer}}); sum.Logged != 1000 || sum.Already != 10000 {
		t.Fatalf("%+v", sum)
	}
	if len(p.entries) != 6000 || k.Len() != 6000 {
		t.Fatalf("%d entries, %d known", len(p.entries), k.Len())
	}
}

// Equal lines of a log that does not number them are as many records as there
// are lines, however often the file is read.
func TestEqualLines(t *testing.T) {
	p := &page{}
	k := openKnown(t, p)
	file := filepath.Join(t.TempDir(), "messages")
	line := "Nov 29 10:00:00 host sshd[1]: Accepted password for alice from 192.0.2.1 port 1 ssh2\n"
	for n := 1; n < 4; n++ {
		if err := os.WriteFile(file, []byte(strings.Repeat(line, n)), 0o600); err != nil {
			t.Fatal(err)
		}
		if sum := run(t, p, k, Options{Kind: "syslog", Files: []string{file}, Now: atCaseTime}); sum.Logged != 1 || sum.Already != int64(n-1) {
			t.Fatalf("%d lines: %+v", n, sum)
		}
	}
}

// What is cut off in the middle: the process ends after the ledger has a
// batch and before the index knows it. Nothing is appended twice, nothing is
// missing.
func TestCrash(t *testing.T) {
	for after := range 6 {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			p := &page{}
			dir := filepath.Join(t.TempDir(), "ingest")
			k, err := OpenKnown(dir, p)
			if err != nil {
				t.Fatal(err)
			}
			file := auditFile(t, 0, 6*maxBatch)
			dead := errors.New("killed")
			n := 0
			b := &dying{page: p, die: func() bool { n++; return n > after }, err: dead}
			if _, err := Run(context.Background(), b, k, Options{Kind: "kubernetes", Files: []string{file}}); !errors.Is(err, dead) {
				t.Fatalf("it ended with %v", err)
			}
			if err := k.Close(); err != nil {
				t.Fatal(err)
			}
			appended := len(p.entries) // one more when the next batch was on its way
			if appended < (after+1)*maxBatch {
				t.Fatalf("%d entries", appended)
			}
			if k, err = OpenKnown(dir, p); err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			sum := run(t, p, k, Options{Kind: "kubernetes", Files: []string{file}})
			if want := int64(appended); sum.Already != want || sum.Logged != 6*maxBatch-want || len(p.entries) != 6*maxBatch {
				t.Fatalf("%+v, %d entries", sum, len(p.entries))
			}
		})
	}
}

// dying is a book whose ledger takes a batch and does not live to say so.
type dying struct {
	*page
	die func() bool
	err error
}

func (d *dying) Append(ctx context.Context, entries [][]byte) (func(context.Context) error, error) {
	wait, err := d.page.Append(ctx, entries)
	if d.die() {
		return func(context.Context) error { return d.err }, nil
	}
	return wait, err
}

// Append of dying goes on after death: the page refuses then.
func (d *dying) Seal(ctx context.Context, r []entry.Record) ([][]byte, error) {
	return d.page.Seal(ctx, r)
}

// locked is a page that is looked at while it is written.
type locked struct {
	mu sync.Mutex
	page
}

func (l *locked) Append(ctx context.Context, entries [][]byte) (func(context.Context) error, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.page.Append(ctx, entries)
}

func (l *locked) Mark() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.page.Mark()
}

func (l *locked) wait(t *testing.T, n int) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		have := len(l.entries)
		l.mu.Unlock()
		if have == n {
			return
		}
		if have > n || time.Since(begun) > 10*time.Second {
			t.Fatalf("%d entries, not %d", have, n)
		}
	}
}

// A file that grows is followed: through lines that are written in two parts,
// when it is moved away with half a line at its end, when it is cut to nothing.
func TestFollow(t *testing.T) {
	p := &locked{}
	k := openKnown(t, p)
	file := filepath.Join(t.TempDir(), "audit.log")
	add := func(text string) {
		t.Helper()
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	add(auditLine(0))
	ctx, stop := context.WithCancel(context.Background())
	var sum Summary
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		sum, err = Run(ctx, p, k, Options{Kind: "kubernetes", Files: []string{file}, Follow: true, poll: time.Millisecond})
	}()
	p.wait(t, 1)
	half := auditLine(1)
	add(half[:100])
	time.Sleep(20 * time.Millisecond)
	add(half[100:] + auditLine(2))
	p.wait(t, 3)
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	add(auditLine(3))
	p.wait(t, 4)
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	add(auditLine(4) + half[:50])
	p.wait(t, 5)
	stop()
	<-done
	if err != nil || sum.Logged != 5 || sum.Refused != 0 || len(sum.Cut) > 0 {
		t.Fatalf("%v: %+v", err, sum)
	}
}

// A kind that is not known is answered with those that are.
func TestKindUnknown(t *testing.T) {
	p := &page{}
	_, err := Run(context.Background(), p, openKnown(t, p), Options{Kind: "k8s"})
	if err == nil || !strings.Contains(err.Error(), "kubernetes") {
		t.Fatalf("%v", err)
	}
}

// The table finds what was put and nothing else, while it grows.
func TestTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known")
	tab, err := openTable(path)
	if err != nil {
		t.Fatal(err)
	}
	k := &Known{key: make([]byte, 32)}
	const n = 20_000
	for i := range n {
		id := k.id("x", [32]byte{}, i)
		if has, err := tab.has(id); has || err != nil {
			t.Fatalf("%d is there already: %v", i, err)
		}
		if err := tab.put(id); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tab.sync(), tab.file.Close()); err != nil {
		t.Fatal(err)
	}
	if tab, err = openTable(path); err != nil {
		t.Fatal(err)
	}
	defer tab.file.Close()
	if tab.n != n {
		t.Fatalf("%d of %d", tab.n, n)
	}
	for i := range 2 * n {
		if has, err := tab.has(k.id("x", [32]byte{}, i)); has != (i < n) || err != nil {
			t.Fatalf("%d: %v %v", i, has, err)
		}
	}
	for _, size := range []int64{tab.size() / 2, 1<<10 + 8} {
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		if _, err := openTable(path); err == nil {
			t.Fatalf("a table that was cut off after %d bytes is taken", size)
		}
	}
}
