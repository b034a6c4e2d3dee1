// Package ingest takes what others log into the ledger: audit logs of
// Kubernetes, of clouds, databases and machines, in one schema
// ([entry.Observation]). Who did what to which thing stands in the vault, the
// entry commits to it; what the entry says in clear are words of the schema
// and names that the makers of services gave.
//
// A record becomes an entry once, however often its file is read: see [Known].
// What cannot be read is refused by file and line. Nothing is left out
// unseen: a [Summary] adds up to the records that were read.
//
// docs/spec/ingest.md says for each kind which field goes where.
package ingest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// A kind is one form of log.
type kind struct {
	name   string
	source string // of [entry.Observation]
	title  string // for a person
	unique bool   // a record has something that no other has, so equal bytes are one record
	frame  func(in *logs.Input, t *taker) error
	parse  func(rec []byte, t *taker) error
}

// kinds is the list.
var kinds = []*kind{azureLogs, cloudTrail, gcpAudit, kubernetesAudit, mysql, otlpSignals, postgres, s3Access, syslogLines, vaultAudit}

// Kinds are the names of what can be read, sorted, with what each is.
func Kinds() (names, titles []string) {
	for _, k := range kinds {
		names, titles = append(names, k.name), append(titles, k.title)
	}
	return names, titles
}

func kindOf(name string) (*kind, error) {
	for _, k := range kinds {
		if k.name == name {
			return k, nil
		}
	}
	names, _ := Kinds()
	return nil, fmt.Errorf("there is no kind %q of log; there are: %s", name, strings.Join(names, ", "))
}

// A Book is the ledger with its vault.
type Book interface {
	// Seal commits to records and keeps what opens them, durably, and returns
	// the entries in the same order.
	Seal(ctx context.Context, records []entry.Record) ([][]byte, error)
	// Append takes sealed entries in their order. They are durable when wait
	// returns without an error.
	Append(ctx context.Context, entries [][]byte) (wait func(context.Context) error, err error)
	// Mark says how far the ledger is; Since calls f with each entry behind a mark.
	Mark() string
	Since(mark string, f func(entry []byte) error) error
}

// Options say how files are read.
type Options struct {
	Kind   string
	Files  []string
	Follow bool // wait for more at the end of the last file until ctx ends

	Locate Locator          // nil knows no country
	Now    func() time.Time // syslog of RFC 3164 names no year; nil is the machine's clock
	Zone   *time.Location   // of logs that name none; nil is UTC

	Refuse func(Refusal)                    // hears each record that could not be understood, in order
	Warn   func(format string, args ...any) // hears what was mended or happened on the way

	poll time.Duration // how often a file is looked at that is followed
}

// A Refusal is a record that could not be understood.
type Refusal struct {
	File string
	Line int
	Err  error
}

func (r Refusal) Error() string { return fmt.Sprintf("%s:%d: %v", r.File, r.Line, r.Err) }

// A Summary says what became of the records of one run. Read is the sum of
// the others.
type Summary struct {
	Files   int            `json:"files"`
	Read    int64          `json:"read"`
	Logged  int64          `json:"logged"`
	Already int64          `json:"already"` // stood in the ledger
	Passed  map[string]int `json:"passed,omitempty"`
	Refused int64          `json:"refused"`
	Cut     []string       `json:"cut,omitempty"` // files whose end is missing
}

// Complete reports whether all that was there was understood.
func (s *Summary) Complete() bool { return s.Refused == 0 && len(s.Cut) == 0 }

// maxBatch is how many records are sealed and appended together.
const maxBatch = 2048

// An item is a record on its way into the ledger.
type item struct {
	id     ID
	record entry.Record
}

// Run reads files, one after the other, and appends what is new. The summary
// is right whatever the error: it counts as logged what is durable.
func Run(ctx context.Context, book Book, known *Known, o Options) (Summary, error) {
	k, err := kindOf(o.Kind)
	if err != nil {
		return Summary{}, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Warn == nil {
		o.Warn = func(string, ...any) {}
	}
	line := newLine(ctx, book, known)
	sum := Summary{Passed: map[string]int{}}
	for i, file := range o.Files {
		t := &taker{kind: k, options: &o, file: file, sum: &sum, into: line, growing: o.Follow && i == len(o.Files)-1}
		if err = t.read(line.ctx); err != nil {
			break
		}
		sum.Files++
	}
	logged, failed := line.close()
	sum.Logged = logged
	if failed != nil {
		err = failed
	}
	return sum, err
}

// words is a set of the words of a text.
func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// sortedReasons are the reasons of records that were passed over.
func (s *Summary) sortedReasons() []string {
	var out []string
	for r := range s.Passed {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}

// String says it in one line.
func (s *Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d records read: %d logged, %d already in the ledger", s.Read, s.Logged, s.Already)
	for _, r := range s.sortedReasons() {
		fmt.Fprintf(&b, ", %d passed over (%s)", s.Passed[r], r)
	}
	fmt.Fprintf(&b, ", %d refused", s.Refused)
	return b.String()
}

func digestOf(rec []byte) [sha256.Size]byte { return sha256.Sum256(rec) }
