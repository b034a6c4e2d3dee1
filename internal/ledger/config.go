package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// ConfigName is the file in the folder of a ledger that says what it is.
const ConfigName = "ledger.yaml"

// A Config is what ledger.yaml says.
type Config struct {
	Dir        string   // the ledger's folder; not in the file
	Origin     string   // the name under which it signs
	Key        string   // address of the key that signs
	Guard      string   // folder of the guards, outside; from Dir on when relative
	Vault      string   // folder of what entries only commit to; from Dir on when relative
	VaultKey   string   // address of the key that wraps those of the vault
	Monthly    bool     // shards: monthly, or none
	Witnesses  string   // path of a policy with the witnesses' URLs; from Dir on when relative
	Timestamps []string // URLs of authorities (RFC 3161)
	Retention  Retention
}

// A Retention is how long entries are kept. The zero one is for ever: without
// a declared policy nothing may be dropped (c2sp.org/tlog-tiles).
type Retention struct {
	Count int
	Unit  byte // d, m or y
}

// String is the retention as ledger.yaml has it.
func (r Retention) String() string { return strconv.Itoa(r.Count) + string(r.Unit) }

// until is when what came at that moment may be dropped.
func (r Retention) until(at time.Time) time.Time {
	switch r.Unit {
	case 'd':
		return at.AddDate(0, 0, r.Count)
	case 'm':
		return at.AddDate(0, r.Count, 0)
	}
	return at.AddDate(r.Count, 0, 0)
}

// maxConfig bounds the file.
const maxConfig = 64 << 10

// LoadConfig reads DIR/ledger.yaml.
func LoadConfig(dir string) (Config, error) {
	path := filepath.Join(dir, ConfigName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return Config{}, fmt.Errorf("%s: there is no such file: begin a ledger with bailiwick ledger init, or name the folder of one", filepath.ToSlash(path))
	}
	src, err := small(path)
	if err != nil {
		return Config{}, err
	}
	c, err := ParseConfig(filepath.ToSlash(path), src)
	c.Dir = dir
	return c, err
}

// small reads a file that has no reason to be large.
func small(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(b) > maxConfig {
		err = fmt.Errorf("%s: the file is larger than %d KiB: it is something else", path, maxConfig>>10)
	}
	return b, err
}

// GuardFile is where the guard of a shard is.
func (c Config) GuardFile(shard string) string {
	dir := c.Guard
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(c.Dir, dir)
	}
	if shard == "" {
		shard = "log"
	}
	return filepath.Join(dir, shard)
}

// VaultDir is the folder of the vault.
func (c Config) VaultDir() string {
	dir := cmp.Or(c.Vault, "vault")
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(c.Dir, dir)
}
