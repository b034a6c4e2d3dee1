package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Shard is one log of a ledger. The first entry of each but the first is the
// final signed checkpoint of the one before, or a [Recovery].
type Shard struct {
	Name    string `json:"name"` // 2026-11; 2026-11-r01 after a recovery; empty where there is one for ever
	Dir     string `json:"-"`
	Origin  string `json:"origin"`
	Dropped bool   `json:"dropped,omitempty"` // only its final checkpoint is left
	Missing bool   `json:"missing,omitempty"` // only its guard is left
}

var (
	monthly = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])(-r[0-9]{2})?$`)
	endless = regexp.MustCompile(`^r[0-9]{2}$`)
)

// monthForm is how a shard is named after its month, in UTC.
const monthForm = "2006-01"

// month is the month of a shard's name.
func (s Shard) month() string { return s.Name[:min(len(s.Name), len(monthForm))] }

// end is when the month of a shard ends.
func (s Shard) end() (time.Time, error) {
	t, err := time.Parse(monthForm, s.month())
	return t.AddDate(0, 1, 0), err
}

// successor is the name that goes on after a recovery.
func (s Shard) successor() (string, error) {
	base, last, ok := strings.Cut(s.Name, "r")
	n := 0
	if ok {
		n, _ = strconv.Atoi(last)
	} else if s.Name != "" {
		base = s.Name + "-"
	}
	if n >= 99 {
		return "", fmt.Errorf("shard %s was recovered %d times: begin another ledger", s.Name, n)
	}
	return fmt.Sprintf("%sr%02d", base, n+1), nil
}

func (s Shard) recovered() bool { return strings.Contains(s.Name, "r") }

// shard is the shard of that name.
func (c Config) shard(name string) Shard {
	s := Shard{Name: name, Dir: filepath.Join(c.Dir, name), Origin: c.Origin}
	if name != "" {
		s.Origin += "/" + name
	}
	return s
}

// Shards lists the shards of a ledger, oldest first: those of its folder, and
// those that only the guards know.
func (c Config) Shards() ([]Shard, error) {
	names, guarded, err := c.names()
	if err != nil {
		return nil, err
	}
	other := c
	other.Monthly = !c.Monthly
	if others, guarded, err := other.names(); err != nil {
		return nil, err
	} else if len(others)+len(guarded) > 0 {
		begun := map[bool]string{true: "monthly", false: "none"}[other.Monthly]
		return nil, fmt.Errorf("%s or its guard %s holds what only a ledger with `shards: %s` has: it was begun so, which cannot be changed", c.Dir, filepath.Dir(c.GuardFile("")), begun)
	}
	var shards []Shard
	for name := range names {
		s := c.shard(name)
		_, err := os.Stat(filepath.Join(s.Dir, "entries"))
		s.Dropped = errors.Is(err, fs.ErrNotExist)
		shards = append(shards, s)
	}
	for name := range guarded {
		if !names[name] {
			s := c.shard(name)
			s.Missing = true
			shards = append(shards, s)
		}
	}
	slices.SortFunc(shards, func(a, b Shard) int { return cmp.Compare(a.Name, b.Name) })
	return shards, nil
}

// names are the shards of which the folder holds something, and those of which
// there are guards.
func (c Config) names() (names, guarded map[string]bool, err error) {
	form := endless
	if c.Monthly {
		form = monthly
	}
	if names, err = namesIn(c.Dir, form, true); err != nil {
		return nil, nil, err
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool { return !c.shard(name).there() })
	if guarded, err = namesIn(filepath.Dir(c.GuardFile("")), form, false); err != nil || c.Monthly {
		return names, guarded, err
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "entries")); err == nil {
		names[""] = true
	}
	if info, err := os.Stat(c.GuardFile("")); err == nil && !info.IsDir() { // as /var/log is
		guarded[""] = true
	}
	return names, guarded, nil
}

// there says whether more is left of a shard than a folder, such as one that was
// just made: entries, or the final checkpoint.
func (s Shard) there() bool {
	if _, err := os.Stat(filepath.Join(s.Dir, "entries")); !errors.Is(err, fs.ErrNotExist) {
		return true
	}
	_, err := readHead(s.Dir)
	return err == nil
}

// namesIn are the folders, or files, of a folder whose names have that form.
func namesIn(dir string, form *regexp.Regexp, folders bool) (map[string]bool, error) {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	names := map[string]bool{}
	for _, e := range list {
		if e.IsDir() == folders && form.MatchString(e.Name()) {
			names[e.Name()] = true
		}
	}
	return names, nil
}

// verified reads a signed checkpoint that the log of a shard signed.
func (s Shard) verified(signed []byte, key c2sp.Key) (Head, error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return Head{}, fmt.Errorf("the signature of %s does not hold: %w", s.Origin, err)
	}
	c, err := c2sp.ParseCheckpoint(n.Text)
	if err == nil && c.Origin != s.Origin {
		err = fmt.Errorf("it is a checkpoint of %s, not of %s", c.Origin, s.Origin)
	}
	return Head{c, signed}, err
}
