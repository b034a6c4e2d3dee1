package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Guard remembers the last checkpoint that a log signed, apart from the
// log: a log that lost entries, because an old backup was put back, a file
// was deleted or a disk lied, must not sign a second history
// (c2sp.org/tlog-checkpoint: "a log MUST not sign any checkpoint which is
// inconsistent with any checkpoint it previously signed").
//
// It is one small file, best on another disk than the log. Two slots are
// written in turn, each with its checksum, so a write that is torn leaves the
// one before.
type Guard struct {
	file *os.File
	last c2sp.Checkpoint
	slot int
	sync func(*os.File) error // tests let it fail
}

const slotSize = 512

// OpenGuard opens the guard of a log, or makes it. The first checkpoint that
// a new guard has seen is that of the empty log.
func OpenGuard(path, origin string) (*Guard, error) {
	if err := durable.Dir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	empty, err := slotOf(c2sp.Checkpoint{Origin: origin, Root: c2sp.EmptyRoot})
	if err != nil {
		return nil, err
	}
	if err := durable.Create(path, append(empty, make([]byte, slotSize)...)); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	g := &Guard{file: f, sync: durable.Sync}
	if err := g.open(origin); err != nil {
		f.Close()
		return nil, fmt.Errorf("guard %s: %w", path, err)
	}
	return g, nil
}

func (g *Guard) open(origin string) error {
	if err := durable.Lock(g.file); err != nil {
		return fmt.Errorf("another process signs for this log: %w", err)
	}
	b := make([]byte, 2*slotSize)
	if _, err := g.file.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var err error
	if g.last, g.slot, err = newest(b); err != nil {
		return err
	}
	if g.last.Origin != origin {
		return fmt.Errorf("it guards the log %s, not %s: name another file", g.last.Origin, origin)
	}
	// A process that was killed, or whose sync failed, left it where only the
	// memory has it: the log is about to sign the same once more.
	return g.write(g.last, g.slot)
}

// newest finds the newer one of the two slots of a guard.
func newest(b []byte) (last c2sp.Checkpoint, at int, err error) {
	err = errUnreadable
	for slot := range 2 {
		c, bad := parseSlot(b[slot*slotSize : (slot+1)*slotSize])
		if bad == nil && (err != nil || c.Size >= last.Size) {
			last, at, err = c, slot, nil
		}
	}
	return last, at, err
}

// ReadGuard is the last checkpoint that a guard's file remembers. It takes no
// lock: of a log that is being written it may be old.
func ReadGuard(path string) (c2sp.Checkpoint, error) {
	f, err := os.Open(path)
	if err != nil {
		return c2sp.Checkpoint{}, err
	}
	defer f.Close()
	b := make([]byte, 2*slotSize)
	if _, err := f.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return c2sp.Checkpoint{}, err
	}
	c, _, err := newest(b)
	if err != nil {
		return c2sp.Checkpoint{}, fmt.Errorf("guard %s: %w", path, err)
	}
	return c, nil
}

var errUnreadable = errors.New("neither of its two slots can be read; what the log signed last is not known. Restore the guard from a copy, or see `bailiwick ledger recover`")

// Last is the last checkpoint that the log may have signed.
func (g *Guard) Last() c2sp.Checkpoint { return g.last }

// Advance remembers a checkpoint, durably, before anybody sees it signed.
func (g *Guard) Advance(c c2sp.Checkpoint) error {
	if c.Size < g.last.Size || c.Size == g.last.Size && c.Root != g.last.Root {
		return fmt.Errorf("the log signed a checkpoint of size %d before; one of size %d would be a fork", g.last.Size, c.Size)
	}
	if c == g.last {
		return nil
	}
	return g.write(c, 1-g.slot)
}

func (g *Guard) write(c c2sp.Checkpoint, slot int) error {
	b, err := slotOf(c)
	if err != nil {
		return err
	}
	if _, err := g.file.WriteAt(b, int64(slot)*slotSize); err != nil {
		return err
	}
	if err := g.sync(g.file); err != nil {
		return err
	}
	g.last, g.slot = c, slot
	return nil
}

// slotOf is a checkpoint as a slot holds it.
func slotOf(c c2sp.Checkpoint) ([]byte, error) {
	body := c.String()
	text := fmt.Sprintf("%08x\n%s", crc32.Checksum([]byte(body), castagnoli), body)
	if len(text) > slotSize {
		return nil, fmt.Errorf("the origin %q is too long: a guard has room for %d bytes", c.Origin, slotSize-len(text)+len(c.Origin))
	}
	b := make([]byte, slotSize)
	copy(b, text)
	return b, nil
}

func parseSlot(b []byte) (c2sp.Checkpoint, error) {
	sum, body, _ := bytes.Cut(bytes.TrimRight(b, "\x00"), []byte("\n"))
	if want, err := hex.DecodeString(string(sum)); err != nil || len(want) != 4 {
		return c2sp.Checkpoint{}, errUnreadable
	}
	if want, _ := strconv.ParseUint(string(sum), 16, 32); uint32(want) != crc32.Checksum(body, castagnoli) {
		return c2sp.Checkpoint{}, errUnreadable
	}
	return c2sp.ParseCheckpoint(string(body))
}

// Close lets another process guard the log.
func (g *Guard) Close() error { return g.file.Close() }
