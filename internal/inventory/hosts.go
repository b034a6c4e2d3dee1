package inventory

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"io/fs"
	"path"
	"strings"
)

// A Class says how much a host in a file is worth as evidence that something
// goes there.
type Class int

// The classes, strongest first.
const (
	InConfig  Class = iota + 1 // configuration or environment: it is set to go there
	inProgram                  // a program or library holds it
	inSource                   // a literal in source code
	inRemark                   // a comment, a README, the types of an interface
)

func (c Class) String() string {
	return [...]string{"", "configuration", "executable", "source", "mention"}[c]
}

// An Endpoint is a host that a file names and of which something is known, with
// the strongest evidence for it.
type Endpoint struct {
	Host   string
	Scheme string
	Class  Class
	// Vendored says that the file is part of a package, not of what the owner of
	// the image wrote.
	Vendored bool
	Path     string
	Line     int // of a text
	Layer    int
}

// Bounds of what is remembered of hosts.
const (
	maxStrangers = 1 << 20
	maxAsked     = 1 << 18
	sweepBuffer  = 256 << 10
	maxHost      = 300 // with scheme and user
)

// hosts finds hosts in files.
type hosts struct {
	known     func(string) bool
	asked     map[string]bool
	best      map[string]Endpoint
	seed      maphash.Seed
	strangers map[uint64]struct{}
	buf       []byte
}

func newHosts(known func(string) bool) *hosts {
	return &hosts{known: known, asked: map[string]bool{}, best: map[string]Endpoint{}, seed: maphash.MakeSeed(), strangers: map[uint64]struct{}{}, buf: make([]byte, sweepBuffer)}
}

func (h *hosts) result() ([]Endpoint, int) {
	var out []Endpoint
	for _, e := range h.best {
		out = append(out, e)
	}
	return out, len(h.strangers)
}

var (
	mark3   = []byte("://")
	newline = []byte{'\n'}
)

// sweep reads a file to its end.
func (h *hosts) sweep(name string, layer int, class Class, r io.Reader) error {
	at := Endpoint{Class: class, Path: name, Layer: layer, Vendored: vendored(name)}
	kept, line := 0, 1
	for {
		n, err := io.ReadFull(r, h.buf[kept:])
		b := h.buf[:kept+n]
		last := err != nil
		if last && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		limit := len(b) // hosts that begin later are looked at with the next part
		if !last {
			limit -= maxHost
		}
		done := 0
		for done < limit {
			i := bytes.Index(b[done:], mark3)
			if i < 0 || done+i >= limit {
				break
			}
			i += done
			if class != inProgram {
				line += bytes.Count(b[done:i], newline)
				at.Line = line
			}
			h.take(at, b, i)
			done = i + len(mark3)
		}
		if last {
			return nil
		}
		keep := max(done, limit)
		from := max(keep-maxHost, done) // what stands before tells of a comment
		if class != inProgram && from > done {
			line += bytes.Count(b[done:from], newline)
		}
		kept = copy(h.buf, b[from:])
	}
}

// take looks at one place where a scheme ends.
func (h *hosts) take(at Endpoint, b []byte, i int) {
	start := i
	for start > 0 && i-start < 20 && schemeByte(b[start-1]) {
		start--
	}
	if start == i {
		return
	}
	rest := b[i+len(mark3):]
	rest = rest[:min(len(rest), maxHost)]
	end := bytes.IndexFunc(rest, func(r rune) bool { return !(r < 128 && hostByte(byte(r)) || r == '@' || r == ':' || r == '%') })
	if end < 0 {
		end = len(rest)
	}
	text := rest[:end]
	if j := bytes.LastIndexByte(text, '@'); j >= 0 {
		text = text[j+1:]
	}
	if j := bytes.IndexByte(text, ':'); j >= 0 {
		text = text[:j]
	}
	text = bytes.Trim(text, ".-_%")
	if !bytes.ContainsRune(text, '.') || len(text) < 4 || len(text) > 253 || bytes.Contains(text, []byte("..")) || bytes.ContainsAny(text, "%_") {
		return
	}
	host := strings.ToLower(string(text))
	if !h.isKnown(host) {
		if len(h.strangers) < maxStrangers {
			h.strangers[maphash.String(h.seed, host)] = struct{}{}
		}
		return
	}
	if at.Class == inSource || at.Class == InConfig {
		if comment(b[:start]) {
			at.Class = inRemark
		}
	}
	at.Host, at.Scheme = host, strings.ToLower(string(b[start:i]))
	if old, ok := h.best[host]; !ok || better(&at, &old) {
		h.best[host] = at
	}
}

// better orders evidence: own files before those of packages, then by class,
// then by path, so that the order of the layers' entries does not matter.
func better(a, b *Endpoint) bool {
	weight := func(e *Endpoint) int {
		if e.Class == inRemark {
			return 10
		}
		if e.Vendored {
			return 4 + int(e.Class)
		}
		return int(e.Class)
	}
	if x, y := weight(a), weight(b); x != y {
		return x < y
	}
	if a.Path != b.Path {
		return a.Path < b.Path
	}
	return a.Line < b.Line
}

func (h *hosts) isKnown(host string) bool {
	if h.known == nil {
		return false
	}
	k, ok := h.asked[host]
	if !ok {
		k = h.known(host)
		if len(h.asked) < maxAsked {
			h.asked[host] = k
		}
	}
	return k
}

// comment reports whether what stands before on the same line opens a comment.
func comment(before []byte) bool {
	before = before[max(0, len(before)-maxHost):]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	trimmed := bytes.TrimLeft(line, " \t")
	for _, open := range []string{"#", "//", "*", "/*", "--", ";", "<!--", "\"\"\"", "'''"} {
		if bytes.HasPrefix(trimmed, []byte(open)) {
			return true
		}
	}
	return bytes.Contains(line, []byte(" # ")) || bytes.Contains(line, []byte(" // "))
}

func schemeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-'
}

func hostByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}

// Endings of files by what a host in them is worth.
var (
	configEndings = map[string]bool{".env": true, ".yaml": true, ".yml": true, ".toml": true, ".ini": true, ".cfg": true, ".conf": true, ".properties": true, ".json": true, ".config": true, ".list": true, ".sources": true, ".repo": true}
	sourceEndings = map[string]bool{".py": true, ".pyc": true, ".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".tsx": true, ".jsx": true, ".go": true, ".rb": true, ".java": true, ".kt": true, ".rs": true, ".php": true, ".sh": true, ".bash": true, ".pl": true, ".pm": true, ".lua": true, ".cs": true, ".scala": true, ".ex": true, ".r": true, ".swift": true, ".sql": true}
	remarkEndings = map[string]bool{".md": true, ".rst": true, ".txt": true, ".html": true, ".htm": true, ".map": true, ".pod": true, ".adoc": true, ".po": true, ".mo": true, ".xml": true, ".xsd": true, ".svg": true, ".css": true, ".pem": true, ".crt": true, ".h": true, ".hpp": true}
	remarkFolders = []string{"usr/share/doc/", "usr/share/man/", "usr/share/licenses/", "usr/share/info/", "usr/share/locale/", "var/lib/dpkg/", "lib/apk/", "usr/lib/apk/"}
	remarkParts   = []string{"/test/", "/tests/", "/testdata/", "/docs/", "/doc/", "/examples/", "/example/", "/fixtures/"}
)

// classOf says what a host in a file is worth.
func classOf(name string, head []byte, mode fs.FileMode) Class {
	base := path.Base(name)
	lower := strings.ToLower(base)
	ext := path.Ext(lower)
	switch {
	case strings.HasSuffix(lower, ".d.ts"), strings.HasSuffix(lower, ".d.mts"), remarkEndings[ext], isMetadata(name), base == "RECORD":
		return inRemark
	case strings.HasPrefix(lower, "readme"), strings.HasPrefix(lower, "licen"), strings.HasPrefix(lower, "copying"), strings.HasPrefix(lower, "notice"), strings.HasPrefix(lower, "changelog"), strings.HasPrefix(lower, "history"):
		return inRemark
	case lower == "package.json", lower == "package-lock.json", lower == "composer.lock", lower == "tsconfig.json", strings.HasSuffix(lower, ".schema.json"):
		return inRemark
	}
	for _, f := range remarkFolders {
		if strings.HasPrefix(name, f) {
			return inRemark
		}
	}
	rooted := "/" + name
	for _, f := range remarkParts {
		if strings.Contains(rooted, f) {
			return inRemark
		}
	}
	switch {
	case executable(head):
		return inProgram
	case configEndings[ext] && !vendored(name), strings.HasPrefix(lower, ".env"), strings.HasPrefix(name, "etc/"), lower == ".npmrc", lower == ".netrc":
		return InConfig
	case sourceEndings[ext], bytes.HasPrefix(head, []byte("#!")):
		return inSource
	case vendored(name):
		return inRemark
	case mode&0o111 != 0:
		return inProgram
	}
	return inSource
}

// vendored reports whether a path belongs to packages rather than to what the
// owner of an image put there.
func vendored(name string) bool {
	rooted := "/" + name
	for _, part := range []string{"/site-packages/", "/dist-packages/", "/node_modules/", "/gems/", "/vendor/", "/.cargo/registry/", "/pkg/mod/", "/lib/python3", "/conda/", "/miniconda3/", "/anaconda3/"} {
		if strings.Contains(rooted, part) {
			return true
		}
	}
	if strings.HasPrefix(name, "usr/local/") || strings.HasPrefix(name, "usr/src/") || strings.HasPrefix(name, "usr/share/nginx/html/") {
		return strings.HasPrefix(name, "usr/local/share/") || strings.HasPrefix(name, "usr/local/include/")
	}
	for _, dir := range []string{"usr/", "lib/", "lib64/", "bin/", "sbin/", "var/lib/", "var/cache/", "etc/ssl/", "etc/ca-certificates/", "etc/pki/", "etc/mime", "boot/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return false
}
