package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// follow reads a file that grows, until ctx ends. When the file is moved away
// or cut to nothing, the old one is read to its end and the new one from its
// beginning.
func (t *taker) follow(ctx context.Context) error {
	var next *os.File // that stood in the place of the last: it may be moved away by now
	defer func() { next.Close() }()
	for first := true; ctx.Err() == nil; first = false {
		f := next
		if next = nil; f == nil {
			var err error
			if f, err = openWhen(ctx, t.file, first, cmp.Or(t.options.poll, 200*time.Millisecond)); err != nil {
				return fmt.Errorf("%s: %w", t.file, logs.Unreadable(err))
			}
		}
		if f == nil {
			return nil // ctx has ended
		}
		var magic [2]byte
		if _, err := f.ReadAt(magic[:], 0); err == nil && bytes.Equal(magic[:], []byte{0x1f, 0x8b}) {
			f.Close()
			return fmt.Errorf("%s: an archive does not grow: read it without --follow", t.file)
		}
		w := &waiting{ctx: ctx, file: f, path: t.file, poll: cmp.Or(t.options.poll, 200*time.Millisecond), idle: t.idle}
		t.tail = w
		in := &logs.Input{Live: true}
		if err := in.Start(w); err != nil {
			f.Close()
			return fmt.Errorf("%s: %w", t.file, err)
		}
		err := t.readFrom(in)
		f.Close()
		next = w.next
		if err == nil && w.failed != nil {
			err = fmt.Errorf("%s: %w", t.file, logs.Unreadable(w.failed))
		}
		if err != nil {
			return err
		}
		if ctx.Err() == nil {
			t.options.Warn("%s: %s, going on with the new one", t.file, w.why)
		}
	}
	return nil
}

// openWhen opens a file; while a rotation has not made the new one it waits.
func openWhen(ctx context.Context, path string, must bool, poll time.Duration) (*os.File, error) {
	for {
		f, err := os.Open(path)
		if err == nil || must || !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(poll):
		}
	}
}

// idle is called when nothing more stands in the file.
func (t *taker) idle() {
	if err := t.flush(); err != nil && t.err == nil {
		t.err = err
	}
}

// waiting is a file whose end waits for more.
type waiting struct {
	ctx    context.Context
	file   *os.File
	path   string
	poll   time.Duration
	idle   func()
	why    string   // it ended
	next   *os.File // that stands in its place
	read   int64
	gone   bool // another stands in its place; whoever writes may not know yet
	quiet  int  // looks since then at which nothing had been written
	failed error
}

// lasting is how many looks a file that was moved away has to be quiet for: a
// writer goes on with the old one until it is told to open the new one.
const lasting = 10

func (w *waiting) Read(p []byte) (int, error) {
	for {
		n, err := w.file.Read(p)
		if err != nil && !errors.Is(err, io.EOF) {
			w.failed = err
			return n, err
		}
		if n > 0 {
			w.read += int64(n)
			w.quiet = 0
			return n, nil
		}
		if w.gone {
			if w.quiet++; w.quiet > lasting {
				return 0, io.EOF
			}
		}
		w.idle()
		select {
		case <-w.ctx.Done():
			return 0, io.EOF
		case <-time.After(w.poll):
		}
		w.gone = w.gone || w.rotated()
	}
}

// rotated reports whether the path is another file by now, or the file was
// cut off. A file that was moved away is read on while nothing stands in its
// place.
func (w *waiting) rotated() bool {
	mine, err := w.file.Stat()
	if err != nil {
		return false
	}
	if mine.Size() < w.read {
		w.why, w.quiet = "it was cut off", lasting
		return true
	}
	if now, err := os.Stat(w.path); err != nil || os.SameFile(mine, now) {
		return false
	}
	if w.next, err = os.Open(w.path); err != nil {
		return false // it is looked for again
	}
	w.why = "it was moved away"
	return true
}
