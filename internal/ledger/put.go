package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// put writes entries to the segments and makes them durable. When it fails
// because nothing could be written, the log is as it was before and may be
// tried again; when a sync fails it is not known what the disk holds, and the
// log takes no more.
func (l *Log) put(first int64, entries []byte, count int64) error {
	s := l.last()
	if s.size.Load() < l.segmentSize {
		return l.putFrames(s, first, entries, count)
	}
	// The bundle that is open stays in one segment.
	n := min(count, -first&(c2sp.TileWidth-1))
	head, rest := split(entries, n)
	if n > 0 {
		if err := l.putFrames(s, first, head, n); err != nil {
			return err
		}
	}
	if n == count {
		return nil
	}
	err := l.addSegment(first + n)
	if err != nil {
		err = fmt.Errorf("ledger %s: begin a segment: %w: the entries were not taken", l.dir, err)
	} else {
		err = l.putFrames(l.last(), first+n, rest, count-n)
	}
	if err != nil && n > 0 {
		return l.fail(err) // a part of the batch is durable, and it is not known whether that can be undone
	}
	return err
}

// split cuts the first n entries off.
func split(entries []byte, n int64) (head, rest []byte) {
	at := 0
	for range n {
		at += 2 + int(binary.BigEndian.Uint16(entries[at:]))
	}
	return entries[:at], entries[at:]
}

func (l *Log) putFrames(s *segment, first int64, entries []byte, count int64) error {
	size := s.size.Load()
	var bundles []int64
	l.buffer, bundles = frames(l.buffer[:0], size, first, entries, count)
	if _, err := l.write(s.file, l.buffer, size); err != nil {
		err = fmt.Errorf("ledger %s: %w: the entries were not taken", l.dir, err)
		// The sync keeps what was half written from coming back by a loss of power.
		if undo := errors.Join(s.file.Truncate(size), l.sync(s.file)); undo != nil {
			return l.fail(errors.Join(err, undo))
		}
		return err
	}
	if err := l.sync(s.file); err != nil {
		// The system may forget what it could not write and go on showing it: cut
		// off, it is not taken for durable when the log is opened again.
		return l.fail(errors.Join(err, s.file.Truncate(size)))
	}
	l.reading.Lock()
	s.size.Store(size + int64(len(l.buffer)))
	l.store.bundles = append(l.store.bundles, bundles...)
	l.reading.Unlock()
	return nil
}

// frames appends entries as frames, and says at which offsets bundles begin;
// base is the offset of the buffer in its segment.
func frames(buffer []byte, base, first int64, entries []byte, count int64) (_ []byte, bundles []int64) {
	for count > 0 {
		if first%c2sp.TileWidth == 0 {
			bundles = append(bundles, base+int64(len(buffer)))
		}
		n := min(count, c2sp.TileWidth-first%c2sp.TileWidth)
		var frame []byte
		frame, entries = split(entries, n)
		at := len(buffer)
		buffer = append(buffer, make([]byte, framed.Header)...)
		buffer = append(buffer, frame...)
		framed.Seal(buffer, at, first)
		first, count = first+n, count-n
	}
	return buffer, bundles
}

// last is the segment that is written.
func (l *Log) last() *segment { return l.store.segments[len(l.store.segments)-1] }

// addSegment begins a segment whose first entry has that index.
func (l *Log) addSegment(first int64) error {
	dir := filepath.Join(l.dir, "entries")
	f, err := os.OpenFile(filepath.Join(dir, segmentName(first)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := durable.SyncDir(dir); err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name())) // else the next attempt would find it there
	}
	l.reading.Lock()
	l.store.segments = append(l.store.segments, &segment{first: first, file: f})
	l.reading.Unlock()
	return nil
}
