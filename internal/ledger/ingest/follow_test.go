package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// followPoll leaves a loaded machine time: what is quiet for ten of them has ended.
const followPoll = 40 * time.Millisecond

// following runs a file that grows. The answer stops it and gives what came of it.
func following(t *testing.T, p *locked, o Options) (stop func() (Summary, error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	o.Follow, o.poll = true, followPoll
	k := openKnown(t, p)
	var sum Summary
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		sum, err = Run(ctx, p, k, o)
	}()
	stop = func() (Summary, error) {
		cancel()
		<-done
		return sum, err
	}
	t.Cleanup(func() { stop() })
	return stop
}

func appendTo(t *testing.T, file, text string) *os.File {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f
}

// A writer goes on with the file that was moved away until it is told to open
// the new one, which stands there already or does not yet.
func TestFollowLateWriter(t *testing.T) {
	p := &locked{}
	file := filepath.Join(t.TempDir(), "audit.log")
	old := appendTo(t, file, auditLine(0))
	stop := following(t, p, Options{Kind: "kubernetes", Files: []string{file}})
	p.wait(t, 1)
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(15 * followPoll) // longer than one is waited for whose place is taken
	if _, err := old.WriteString(auditLine(1)); err != nil {
		t.Fatal(err)
	}
	p.wait(t, 2)
	appendTo(t, file, "")
	time.Sleep(2 * followPoll)
	if _, err := old.WriteString(auditLine(2)); err != nil {
		t.Fatal(err)
	}
	p.wait(t, 3)
	appendTo(t, file, auditLine(3))
	p.wait(t, 4)
	if sum, err := stop(); err != nil || sum.Logged != 4 || sum.Refused != 0 {
		t.Errorf("%v: %+v", err, sum)
	}
}

// A file that is moved away while the one before it is still waited for is read too.
func TestFollowTwoRotations(t *testing.T) {
	p := &locked{}
	file := filepath.Join(t.TempDir(), "audit.log")
	appendTo(t, file, auditLine(0))
	stop := following(t, p, Options{Kind: "kubernetes", Files: []string{file}})
	p.wait(t, 1)
	if err := os.Rename(file, file+".2"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, file, auditLine(1))
	time.Sleep(4 * followPoll) // it is seen, and not read yet
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, file, auditLine(2))
	p.wait(t, 3)
	if _, err := stop(); err != nil {
		t.Fatal(err)
	}
}

// What cannot be read ends the run, which does not try it for ever.
func TestFollowUnreadable(t *testing.T) {
	p := &page{}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := Run(ctx, p, openKnown(t, p), Options{Kind: "syslog", Files: []string{t.TempDir()}, Follow: true, poll: time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a folder is followed: %v", err)
	}
}

// A run that follows for days reads a day without a year by the day it is then.
func TestFollowOverDays(t *testing.T) {
	p := &locked{}
	var day atomic.Int64
	file := filepath.Join(t.TempDir(), "messages")
	appendTo(t, file, "Nov 29 10:00:00 host cron: x\n")
	stop := following(t, p, Options{Kind: "syslog", Files: []string{file}, Now: func() time.Time { return caseTime.AddDate(0, 0, int(day.Load())) }})
	p.wait(t, 1)
	day.Store(40)
	appendTo(t, file, "Jan  8 10:00:00 host cron: x\n")
	p.wait(t, 2)
	if _, err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := p.records[1].Facts.(*entry.Observation).When; got != "2027-01-08T10:00:00Z" {
		t.Errorf("it was logged %s", got)
	}
}

// A general log names who a connection is of once, and goes on after a rotation.
func TestFollowSessions(t *testing.T) {
	p := &locked{}
	file := filepath.Join(t.TempDir(), "general.log")
	appendTo(t, file, "2026-11-29T10:00:00Z\t    8 Connect\talice@192.0.2.4 on clinic using TCP/IP\n2026-11-29T10:00:01Z\t    8 Query\tselect 1\n2026-11-29T10:00:01Z\t    8 Query\tselect 2\n")
	stop := following(t, p, Options{Kind: "mysql", Files: []string{file}})
	p.wait(t, 2)
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, file, "2026-11-29T10:00:02Z\t    8 Query\tdelete from patients\n2026-11-29T10:00:02Z\t    8 Quit\n")
	p.wait(t, 4)
	if _, err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := p.records[3].Subject; got != p.records[0].Subject || !strings.HasPrefix(got, "alice") {
		t.Errorf("%q deleted, not %q", got, p.records[0].Subject)
	}
}

// What is remembered of a file stays small, and equal records that stand close
// are as many as there are.
func TestRecent(t *testing.T) {
	var r recent
	digest := func(i int) [32]byte { return digestOf(fmt.Append(nil, i)) }
	for i := range 3 * maxRecent {
		if n := r.count(digest(i)); n != 0 {
			t.Fatalf("record %d stood there %d times", i, n)
		}
		if n := r.count(digest(i)); n != 1 {
			t.Fatalf("record %d stood there %d times", i, n)
		}
	}
	if len(r.counts) > maxRecent {
		t.Errorf("%d records are held", len(r.counts))
	}
	for i := range 3 * maxRecent {
		if n := r.count(digest(-1)); n != i {
			t.Fatalf("equal record %d is number %d", i, n)
		}
	}
}

// A line that is too long is refused, wherever it stands.
func TestLongLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "messages")
	good := "Nov 29 10:00:00 host cron: x\n"
	for _, c := range []struct {
		text string
		line int
	}{{strings.Repeat("x", 6<<20) + "\n" + good, 1}, {good + strings.Repeat("x", 6<<20), 2}} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("refused %d: the line is longer than 4 MiB\n2026-11-29T10:00:00Z other/ unknown cron | system:syslog | resource host\n2 records read: 1 logged, 0 already in the ledger, 1 refused\n", c.line)
		if got := say(t, "syslog", file); got != want {
			t.Errorf("%.40q:\n%s\nwant\n%s", c.text, got, want)
		}
	}
}

// The last line of a text that is still being written is not taken for a
// record: half of a name is another name. When it is whole it is read.
func TestHalfLine(t *testing.T) {
	for kind, whole := range map[string]string{
		"syslog":     "Nov 29 10:00:00 host sshd[1]: Accepted password for alice from 192.0.2.1 port 1 ssh2\n",
		"mysql":      "2026-11-29T10:00:00Z\t    8 Connect\talice@192.0.2.4 on clinic using TCP/IP\n",
		"postgresql": "2026-11-29 10:00:00.001 UTC,\"alice\",\"clinic\",1,\"[local]\",65a.1,1,\"SELECT\",2026-11-29 09:59:59 UTC,3/1,0,LOG,00000,\"statement: select 1\",,,,,,,,,\"psql\",\"client backend\",,0\n",
		"s3":         "79a59df9 scans [29/Nov/2026:10:00:03 +0000] 198.51.100.3 alice 3E57427F33A59F09 REST.GET.OBJECT a.dcm - 200 - - 10 - - - - -\n",
		"kubernetes": auditLine(1),
	} {
		p := &page{}
		k := openKnown(t, p)
		file := filepath.Join(t.TempDir(), "log")
		for _, cut := range []int{3, 1} {
			if err := os.WriteFile(file, []byte(whole+strings.ReplaceAll(whole[:len(whole)-cut], "alice", "bob")), 0o600); err != nil {
				t.Fatal(err)
			}
			sum := run(t, p, k, Options{Kind: kind, Files: []string{file}, Now: atCaseTime})
			json := kind == "kubernetes" && cut == 1 // shows by itself that it is whole
			if json && sum.Refused != 0 || !json && (sum.Refused != 1 || len(p.entries) != 1) {
				t.Errorf("%s without its last %d bytes: %+v", kind, cut, sum)
			}
		}
		if err := os.WriteFile(file, []byte(whole+strings.ReplaceAll(whole, "alice", "bob")), 0o600); err != nil {
			t.Fatal(err)
		}
		if sum := run(t, p, k, Options{Kind: kind, Files: []string{file}, Now: atCaseTime}); sum.Refused != 0 || kind != "kubernetes" && len(p.entries) != 2 {
			t.Errorf("%s: %+v", kind, sum)
		}
	}
}
