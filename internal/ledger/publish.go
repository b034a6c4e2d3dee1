package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// A publisher leaves the newest checkpoint in the file `checkpoint`, with the
// cosignatures that it gets. It works beside the log and never stops it.
type publisher struct {
	log    *Log
	cosign func(ctx context.Context, log *Reader, head Head) ([]byte, error)
	every  time.Duration
	stop   context.CancelFunc
	done   chan struct{}

	// Witnesses that did not answer are asked again, more and more rarely.
	pause time.Duration
	again time.Time
}

const (
	cosignWait  = 10 * time.Second // for all witnesses of one checkpoint
	cosignPause = time.Minute      // at most, before they are asked for the same again
)

// publish begins to publish. A log that never did has a checkpoint at once.
func publish(l *Log, o Options) *publisher {
	ctx, stop := context.WithCancel(context.Background())
	p := &publisher{log: l, cosign: o.Cosign, every: o.Every, stop: stop, done: make(chan struct{})}
	if p.every <= 0 {
		p.every = time.Second
	}
	if len(l.published.Signed) == 0 {
		if err := p.leave(l.head); err != nil {
			l.warn("the checkpoint cannot be published: %v", err)
		}
	}
	go p.run(ctx)
	return p
}

func (p *publisher) run(ctx context.Context) {
	defer close(p.done)
	ticker := time.NewTicker(p.every)
	defer ticker.Stop()
	for {
		if err := p.round(ctx); err != nil && ctx.Err() == nil {
			p.log.warn("%v", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// close publishes what came last.
func (p *publisher) close() error {
	p.stop()
	<-p.done
	p.again = time.Time{}
	err := p.round(context.Background())
	var silent silence
	if errors.As(err, &silent) {
		p.log.warn("%v", err)
		return nil
	}
	return err
}

// silence is why cosignatures are missing.
type silence struct{ error }

// round publishes when the log grew since, or when cosignatures are missing.
func (p *publisher) round(ctx context.Context) error {
	head := p.log.Head()
	grew := head.Size != p.log.Published().Size || len(p.log.Published().Signed) == 0
	missing := p.pause > 0 && !time.Now().Before(p.again)
	if !grew && !missing {
		return nil
	}
	lines, failed := p.ask(ctx, head)
	if !grew {
		head = p.log.Published() // who cosigned it before may be silent now
	}
	head.Signed = withLines(head.Signed, lines)
	if grew || len(lines) > 0 {
		if err := p.leave(head); err != nil {
			return fmt.Errorf("ledger %s: the checkpoint cannot be published: %w", p.log.dir, err)
		}
	}
	if failed == nil {
		p.pause = 0
		return nil
	}
	p.pause = min(max(2*p.pause, p.every), cosignPause)
	p.again = time.Now().Add(p.pause)
	return silence{fmt.Errorf("ledger %s: the checkpoint of %d entries lacks cosignatures: %w", p.log.dir, head.Size, failed)}
}

// withLines is a note with more signature lines. A newer one of the same key
// takes the place of the older.
func withLines(signed, lines []byte) []byte {
	by := func(line []byte) string { // "— name" and the id of the key, which are the first four bytes
		name, signature, _ := bytes.Cut(line[len("— "):], []byte(" "))
		id, _ := base64.StdEncoding.DecodeString(string(signature[:min(len(signature), 8)]))
		return string(name) + " " + string(id[:min(len(id), 4)])
	}
	newer := map[string]bool{}
	for line := range bytes.Lines(lines) {
		newer[by(line)] = true
	}
	at := bytes.LastIndex(signed, []byte("\n\n")) + 2
	note := bytes.Clone(signed[:at])
	for line := range bytes.Lines(signed[at:]) {
		if !newer[by(line)] {
			note = append(note, line...)
		}
	}
	return append(note, lines...)
}

// ask asks the witnesses, and takes no lines that would spoil the note.
func (p *publisher) ask(ctx context.Context, head Head) ([]byte, error) {
	if p.cosign == nil {
		return nil, nil
	}
	ctx, stop := context.WithTimeout(ctx, cosignWait)
	defer stop()
	lines, err := p.cosign(ctx, p.log.Reader, head)
	if len(lines) == 0 {
		return nil, err
	}
	_, form := note.Open(append(bytes.Clone(head.Signed), lines...), note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(form, &unverified) {
		return nil, errors.Join(err, fmt.Errorf("what witnesses answered are no signature lines: %w", form))
	}
	return lines, err
}

func (p *publisher) leave(head Head) error {
	if err := durable.Replace(filepath.Join(p.log.dir, "checkpoint"), head.Signed); err != nil {
		return err
	}
	p.log.reading.Lock()
	p.log.published = head
	p.log.reading.Unlock()
	return nil
}
