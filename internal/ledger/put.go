package ledger

import (
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
func (l *Log) put(first int64, entries [][]byte) error {
	if s := l.last(); s.size >= l.segmentSize {
		// The bundle that is open stays in one segment.
		n := min(int64(len(entries)), -first&(c2sp.TileWidth-1))
		if n > 0 {
			if err := l.putFrames(s, first, entries[:n]); err != nil {
				return err
			}
		}
		first, entries = first+n, entries[n:]
		if len(entries) == 0 {
			return nil
		}
		if err := l.addSegment(first); err != nil {
			return fmt.Errorf("ledger %s: begin a segment: %w", l.dir, err)
		}
	}
	return l.putFrames(l.last(), first, entries)
}

func (l *Log) putFrames(s *segment, first int64, entries [][]byte) error {
	var bundles []int64
	l.buffer, bundles = frames(l.buffer[:0], s.size, first, entries)
	if _, err := s.file.WriteAt(l.buffer, s.size); err != nil {
		err = fmt.Errorf("ledger %s: %w: the entries were not taken", l.dir, err)
		if undo := s.file.Truncate(s.size); undo != nil {
			return l.fail(errors.Join(err, undo))
		}
		return err
	}
	if err := l.sync(s.file); err != nil {
		return l.fail(err)
	}
	l.reading.Lock()
	s.size += int64(len(l.buffer))
	l.store.bundles = append(l.store.bundles, bundles...)
	l.reading.Unlock()
	return nil
}

// frames appends entries as frames, and says at which offsets bundles begin;
// base is the offset of the buffer in its segment.
func frames(buffer []byte, base, first int64, entries [][]byte) (_ []byte, bundles []int64) {
	for len(entries) > 0 {
		if first%c2sp.TileWidth == 0 {
			bundles = append(bundles, base+int64(len(buffer)))
		}
		n := min(int64(len(entries)), c2sp.TileWidth-first%c2sp.TileWidth)
		at := len(buffer)
		buffer = append(buffer, make([]byte, framed.Header)...)
		for _, entry := range entries[:n] {
			buffer = c2sp.AppendEntry(buffer, entry)
		}
		framed.Seal(buffer, at, first)
		first, entries = first+n, entries[n:]
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
		f.Close()
		return err
	}
	l.reading.Lock()
	l.store.segments = append(l.store.segments, &segment{first: first, file: f})
	l.reading.Unlock()
	return nil
}
