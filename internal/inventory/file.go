package inventory

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

// Bounds of what is read as a whole.
const (
	keepLimit   = 1 << 20   // a configuration, the metadata of a package
	textLimit   = 128 << 20 // the database of a system in text
	memoryLimit = 32 << 20  // what is larger goes into a file that is removed at once
	spoolLimit  = 4 << 30
)

// file reads one file. An error is one of the stream: everything that is wrong
// with the file itself is a problem, and the next file is read.
func (s *scanner) file(name string, size int64, mode fs.FileMode, r io.Reader) error {
	base := path.Base(name)
	switch {
	case systemDB(name) != "":
		return s.systemFile(name, size, r)
	case isRelease(name), s.opt.Keep != nil && s.opt.Keep(name), isMetadata(name), isNPM(name), weights.IsCard(base):
		return s.small(name, size, r)
	case isArchive(base):
		return s.spooled(name, size, r, s.archive)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	all := io.MultiReader(bytes.NewReader(head), r)
	switch {
	case executable(head):
		return s.spooled(name, size, all, s.program)
	case bytes.HasPrefix(head, []byte("GGUF")), isWeights(name, size, head):
		return s.weights(name, size, all)
	}
	return s.hosts.sweep(name, s.layer, classOf(name, head, mode), all)
}

// whole reads a file of at most limit bytes; nil when it is larger. The bytes
// are valid until the next call.
func (s *scanner) whole(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, nil
	}
	b := bytes.NewBuffer(s.buf[:0])
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if cap(b.Bytes()) <= memoryLimit {
		s.buf = b.Bytes()
	}
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, nil
	}
	return b.Bytes(), nil
}

// small reads a file that tells something by its name.
func (s *scanner) small(name string, size int64, r io.Reader) error {
	src, err := s.whole(r, size, keepLimit)
	if err != nil {
		return err
	}
	if src == nil {
		if !weights.IsCard(path.Base(name)) {
			s.problem(name, "the file has more than %d KiB and was not read", keepLimit>>10)
		}
		return nil
	}
	switch {
	case isRelease(name):
		s.release[name] = keyValues(src)
	case isMetadata(name):
		s.metadata(name, src)
	case isNPM(name):
		s.npm(name, src)
	case weights.IsCard(path.Base(name)):
		s.card(name, src)
	}
	if s.opt.Keep != nil && s.opt.Keep(name) {
		s.kept[name] = Kept{name, s.layer, bytes.Clone(src)}
	}
	return s.hosts.sweep(name, s.layer, classOf(name, src[:min(len(src), 512)], 0), bytes.NewReader(src))
}

// wanted reports whether a file is read under its name: a hard link to a file
// that is not has to be followed.
func (s *scanner) wanted(name string) bool {
	return systemDB(name) != "" || isRelease(name) || isMetadata(name) || isNPM(name) || isArchive(path.Base(name)) || weights.Format(path.Base(name)) != "" || s.opt.Keep != nil && s.opt.Keep(name)
}

// executable reports whether a file that begins so is a program or library.
func executable(head []byte) bool {
	for _, magic := range []string{"\x7fELF", "MZ", "\xcf\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\xca\xfe\xba\xbe\x00\x00\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// keyValues reads lines of KEY=value, with or without quotes.
func keyValues(src []byte) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(string(src)) {
		k, v, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(k, "#") {
			out[k] = strings.Trim(v, `"'`)
		}
	}
	return out
}

func isRelease(name string) bool { return name == "etc/os-release" || name == "usr/lib/os-release" }

func (s *scanner) osRelease() map[string]string {
	if r := s.release["etc/os-release"]; r != nil {
		return r
	}
	return s.release["usr/lib/os-release"]
}
