package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// Openings stand in segments, each record in a frame of its own, so that one
// can be written over without touching another. The number of a frame is the
// place where it stands, counted over all segments, so a frame says by itself
// that it is where it belongs. The payload is
//
//	u32  1; an erased record is zeros to its end
//	u32  number of the subject
//	u64  head of the subject before: the way from each opening to the one before it
//	16   the beginning of the hash of the entry (the leaf hash of RFC 6962)
//	12   nonce
//	     AES-256-GCM of the openings, under the subject's key
type openings struct {
	dir   string
	limit int64 // bytes after which a segment ends

	growing  sync.RWMutex // held while a segment is added or grows
	segments []*segment
	size     int64 // where the next record will stand
}

type segment struct {
	first int64 // where it begins
	file  *os.File
	size  int64
}

const (
	recordFixed = 32
	nonceSize   = 12
	segmentSize = 256 << 20
	// maxRecord bounds the payload of a frame: values, names, salts.
	maxRecord = entry.MaxValues + 8<<10
)

// A ref says which entry a record belongs to.
type ref [16]byte

type record struct {
	subject uint32
	before  int64 // head
	ref     ref
	sealed  []byte // nonce and ciphertext
}

func segmentName(first int64) string { return fmt.Sprintf("%016d.seal", first) }

func openOpenings(dir string, readOnly bool) (*openings, error) {
	o := &openings{dir: dir, limit: segmentSize}
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		digits, ok := strings.CutSuffix(name.Name(), ".seal")
		first, err := strconv.ParseInt(digits, 10, 64)
		if !ok || err != nil || first < 0 || segmentName(first) != name.Name() {
			return nil, errors.Join(fmt.Errorf("%s is no segment of a vault: move it away", filepath.Join(dir, name.Name())), o.close())
		}
		f, err := os.OpenFile(filepath.Join(dir, name.Name()), flag, 0)
		if err != nil {
			return nil, errors.Join(err, o.close())
		}
		s := &segment{first: first, file: f}
		o.segments = append(o.segments, s)
		if s.size, err = f.Seek(0, io.SeekEnd); err != nil {
			return nil, errors.Join(err, o.close())
		}
	}
	slices.SortFunc(o.segments, func(a, b *segment) int { return int(min(max(a.first-b.first, -1), 1)) })
	for i, s := range o.segments {
		o.size = s.first + s.size
		if i+1 < len(o.segments) && o.segments[i+1].first != o.size {
			return nil, errors.Join(fmt.Errorf("%s ends at %d and the next segment begins at %d: restore what is missing from a copy", s.file.Name(), o.size, o.segments[i+1].first), o.close())
		}
	}
	return o, nil
}

// at finds the segment that a place is in.
func (o *openings) at(place int64) (*segment, int64, error) {
	o.growing.RLock()
	defer o.growing.RUnlock()
	i := sort.Search(len(o.segments), func(i int) bool { return o.segments[i].first > place }) - 1
	if i < 0 || place >= o.segments[i].first+o.segments[i].size {
		return nil, 0, errNotFound
	}
	return o.segments[i], o.segments[i].size, nil
}

// appendFrame adds a record to a buffer that will stand at base.
func appendFrame(b []byte, base int64, r record) []byte {
	at := len(b)
	b = append(b, make([]byte, framed.Header)...)
	b = binary.LittleEndian.AppendUint32(b, live)
	b = binary.LittleEndian.AppendUint32(b, r.subject)
	b = binary.LittleEndian.AppendUint64(b, uint64(r.before))
	b = append(append(b, r.ref[:]...), r.sealed...)
	framed.Seal(b, at, base+int64(at))
	return b
}

// parseRecord reads the payload of a frame; false is of a record that was erased.
func parseRecord(b []byte) (record, bool) {
	if len(b) < recordFixed+nonceSize || binary.LittleEndian.Uint32(b) != live {
		return record{}, false
	}
	before := binary.LittleEndian.Uint64(b[8:])
	if before > math.MaxInt64 {
		return record{}, false
	}
	return record{binary.LittleEndian.Uint32(b[4:]), int64(before), ref(b[16:32]), b[recordFixed:]}, true
}

// errNotFound is a place where no whole record of the subject stands.
var errNotFound = errors.New("the way from one opening to the next is broken")

// read reads the record at a place, of which the subject is known, and says
// how long its frame is.
func (o *openings) read(place int64, subject uint32) (record, int64, error) {
	s, size, err := o.at(place)
	if err != nil {
		return record{}, 0, err
	}
	head := make([]byte, framed.Header)
	if _, err := s.file.ReadAt(head, place-s.first); err != nil {
		return record{}, 0, err
	}
	n := framed.Header + int64(binary.LittleEndian.Uint32(head))
	if n > maxFrame || place-s.first+n > size {
		return record{}, 0, errNotFound
	}
	frame := make([]byte, n)
	if _, err := s.file.ReadAt(frame, place-s.first); err != nil {
		return record{}, 0, err
	}
	payload, _, err := framed.Next(frame, place)
	if err != nil {
		return record{}, 0, errNotFound
	}
	r, ok := parseRecord(payload)
	if !ok || r.subject != subject || r.before > place {
		return record{}, 0, errNotFound
	}
	return r, n, nil
}

// size is how many bytes the frame of a record has.
func (r record) size() int64 { return framed.Header + recordFixed + int64(len(r.sealed)) }

// scan reads the records from a place on. Bytes that are no record are passed
// over up to the next one that is, and counted. It says where the last record
// ends; what stands behind it a crash cut off. What do gets of a record is
// good until it returns.
func (o *openings) scan(from int64, do func(at int64, r record)) (lost, end int64, err error) {
	o.growing.RLock()
	segments := make([]segment, len(o.segments))
	for i, s := range o.segments {
		segments[i] = *s
	}
	end = o.size
	o.growing.RUnlock()
	for _, s := range segments {
		if s.first+s.size <= from {
			continue
		}
		var n int64
		if n, end, err = s.scan(max(from, s.first), do); err != nil {
			return lost, end, err
		}
		lost += n + s.first + s.size - end
	}
	return lost, end, nil
}

// scan returns how many bytes between records are none, and where the last
// record ends.
func (s *segment) scan(from int64, do func(at int64, r record)) (lost, end int64, err error) {
	r := framed.Reader{File: s.file, At: from - s.first, Size: s.size, Most: maxRecord}
	end = from
	for {
		at := s.first + r.At
		payload, err := r.Next(at)
		if err == io.EOF {
			return lost, end, nil
		}
		var path *os.PathError
		if errors.As(err, &path) {
			return lost, end, err
		}
		if err != nil {
			next, found, err := s.resume(r.At + 1)
			if err != nil || !found {
				return lost, end, err
			}
			r = framed.Reader{File: s.file, At: next, Size: s.size, Most: maxRecord}
			continue
		}
		lost += at - end
		end = s.first + r.At
		if rec, ok := parseRecord(payload); ok {
			do(at, rec)
		}
	}
}

// resume looks for the next frame that is whole: its number is its place.
func (s *segment) resume(from int64) (int64, bool, error) {
	b := make([]byte, min(s.size-from, window))
	for ; from < s.size; from += window - maxFrame {
		b = b[:min(s.size-from, window)]
		if _, err := s.file.ReadAt(b, from); err != nil {
			return 0, false, err
		}
		first := len(b) - framed.Header // that is not looked at
		if from+window < s.size {
			first = window - maxFrame // frames from there on may go on behind the window
		}
		for i := range max(first, 0) {
			place := s.first + from + int64(i)
			if int64(binary.LittleEndian.Uint64(b[i+8:])) != place {
				continue
			}
			if _, _, err := framed.Next(b[i:], place); err == nil {
				return from + int64(i), true, nil
			}
		}
	}
	return 0, false, nil
}

const (
	maxFrame = framed.Header + maxRecord
	// window is how much is searched at once for the next whole record.
	window = 1 << 20
)

// cut removes what stands behind the last record.
func (o *openings) cut(end int64, sync func(*os.File) error) error {
	if len(o.segments) == 0 {
		return nil
	}
	last := o.segments[len(o.segments)-1]
	if end = max(end, last.first); last.first+last.size > end {
		last.size, o.size = end-last.first, end
		if err := last.file.Truncate(last.size); err != nil {
			return err
		}
	}
	return sync(last.file)
}

// erase writes zeros over records, in place. The frames stay, so that what
// stands behind them is found.
func (o *openings) erase(places [][2]int64, sync func(*os.File) error) error {
	touched := map[*segment]bool{}
	for _, p := range places {
		s, size, err := o.at(p[0])
		if err != nil || p[1] < framed.Header || p[1] > maxFrame || p[0]-s.first+p[1] > size {
			continue // the disk lost it
		}
		zeros := make([]byte, p[1])
		framed.Seal(zeros, 0, p[0])
		if _, err := s.file.WriteAt(zeros, p[0]-s.first); err != nil {
			return err
		}
		touched[s] = true
	}
	for s := range touched {
		if err := sync(s.file); err != nil {
			return err
		}
	}
	return nil
}

// write appends frames that were made to stand at o.size. When it fails
// nothing was appended, unless the error is a fatal one.
func (o *openings) write(frames []byte, sync func(*os.File) error) error {
	s, err := o.last()
	if err != nil {
		return err
	}
	if _, err := s.file.WriteAt(frames, s.size); err != nil {
		if undo := s.file.Truncate(s.size); undo != nil {
			return fatal{errors.Join(err, undo)}
		}
		return err
	}
	if err := sync(s.file); err != nil {
		return fatal{err}
	}
	o.growing.Lock()
	s.size += int64(len(frames))
	o.size += int64(len(frames))
	o.growing.Unlock()
	return nil
}

// fatal is an error after which it is not known what the disk holds.
type fatal struct{ error }

// last is the segment that is written; a new one begins when it is full.
func (o *openings) last() (*segment, error) {
	if n := len(o.segments); n > 0 && o.segments[n-1].size < o.limit {
		return o.segments[n-1], nil
	}
	f, err := os.OpenFile(filepath.Join(o.dir, segmentName(o.size)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := durable.SyncDir(o.dir); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	s := &segment{first: o.size, file: f}
	o.growing.Lock()
	o.segments = append(o.segments, s)
	o.growing.Unlock()
	return s, nil
}

func (o *openings) close() error {
	var errs []error
	for _, s := range o.segments {
		errs = append(errs, s.file.Close())
	}
	return errors.Join(errs...)
}
