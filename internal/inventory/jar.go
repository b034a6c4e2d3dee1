package inventory

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Bounds of archives in archives.
const (
	jarDepth   = 4
	jarEntries = 200_000
	jarTotal   = 4 << 30 // bytes unpacked, of one archive with all in it
)

var errJarTotal = errors.New("it unpacks to more than 4 GiB")

// isArchive reports whether a file is an archive of Java's.
func isArchive(base string) bool {
	switch strings.ToLower(path.Ext(base)) {
	case ".jar", ".war", ".ear", ".par", ".jpi", ".hpi":
		return true
	}
	return false
}

// A jar is an archive while it is read, with what all in it has cost so far.
type jar struct {
	s        *scanner
	packages []graph.Package
	unpacked int64
}

// archive reads an archive of Java's and those within it.
func (s *scanner) archive(name string, size int64, c content) error {
	j := &jar{s: s}
	if err := j.read(name, c, size, 0); err != nil {
		s.problem(name, "the archive cannot be read: %v", err)
	}
	for i := range j.packages {
		j.packages[i].Layer = s.layer
	}
	if len(j.packages) > 0 {
		s.packages[name] = j.packages
	}
	return nil
}

func (j *jar) read(name string, r io.ReaderAt, size int64, depth int) error {
	if depth > jarDepth {
		return errors.New("it is nested too deep")
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	if len(z.File) > jarEntries {
		return errors.New("it has too many entries")
	}
	var poms []graph.Package
	var manifest map[string]string
	for _, f := range z.File {
		base := path.Base(f.Name)
		switch {
		case f.FileInfo().IsDir():
		case strings.HasPrefix(f.Name, "META-INF/maven/") && base == "pom.properties":
			src, err := j.bytes(f, keepLimit)
			if err != nil {
				return err
			}
			kv := keyValues(src)
			if kv["artifactId"] != "" && kv["version"] != "" {
				poms = append(poms, graph.Package{Ecosystem: "maven", Name: strings.TrimPrefix(kv["groupId"]+":", ":") + kv["artifactId"], Version: kv["version"], Path: name})
			}
		case f.Name == "META-INF/MANIFEST.MF":
			src, err := j.bytes(f, keepLimit)
			if err != nil {
				return err
			}
			manifest = manifestHeaders(src)
		case isArchive(base):
			src, err := j.bytes(f, spoolLimit/16)
			if err != nil {
				return err
			}
			if err := j.read(name+"!/"+f.Name, bytes.NewReader(src), int64(len(src)), depth+1); err != nil {
				j.s.problem(name+"!/"+f.Name, "the archive cannot be read: %v", err)
			}
		default:
			if err := j.sweep(name, f); err != nil {
				return err
			}
		}
	}
	if len(poms) == 0 {
		if p, ok := fromManifest(name, manifest); ok {
			poms = append(poms, p)
		}
	}
	j.packages = append(j.packages, poms...)
	return nil
}

// bytes reads an entry. Sizes that the archive states are not believed.
func (j *jar) bytes(f *zip.File, limit int64) ([]byte, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	limit = min(limit, jarTotal-j.unpacked)
	b, err := io.ReadAll(io.LimitReader(rc, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errJarTotal
	}
	j.unpacked += int64(len(b))
	return b, err
}

// sweep looks for hosts in an entry.
func (j *jar) sweep(name string, f *zip.File) error {
	rc, err := f.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	r := &io.LimitedReader{R: rc, N: jarTotal - j.unpacked + 1}
	before := r.N
	class := classOf(f.Name, nil, 0)
	if path.Ext(f.Name) == ".class" {
		class = inProgram
	}
	err = j.s.hosts.sweep(name+"!/"+f.Name, j.s.layer, class, r)
	j.unpacked += before - r.N
	if err == nil && r.N <= 0 {
		err = errJarTotal
	}
	return err
}

// manifestHeaders reads the main headers of a manifest; a line that begins with
// a blank continues the one before.
func manifestHeaders(src []byte) map[string]string {
	out := map[string]string{}
	last := ""
	for line := range strings.Lines(string(src)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if line[0] == ' ' {
			out[last] += line[1:]
			continue
		}
		k, v, _ := strings.Cut(line, ":")
		last = k
		out[k] = strings.TrimSpace(v)
	}
	return out
}

var versioned = regexp.MustCompile(`^(.+?)-(\d[A-Za-z0-9.+_-]*)$`)

// fromManifest names an archive that Maven did not make, by its manifest and
// by its own name.
func fromManifest(name string, m map[string]string) (graph.Package, bool) {
	base := path.Base(name)
	base = strings.TrimSuffix(base, path.Ext(base))
	p := graph.Package{Ecosystem: "maven", Name: base, Path: name, Supplier: m["Implementation-Vendor"]}
	if x := versioned.FindStringSubmatch(base); x != nil {
		p.Name, p.Version = x[1], x[2]
	}
	for _, k := range []string{"Implementation-Version", "Bundle-Version", "Specification-Version"} {
		if p.Version == "" {
			p.Version = m[k]
		}
	}
	symbolic, _, _ := strings.Cut(m["Bundle-SymbolicName"], ";")
	if group := m["Implementation-Vendor-Id"]; group != "" && !strings.Contains(group, " ") {
		p.Name = group + ":" + p.Name
	} else if i := strings.LastIndexByte(symbolic, '.'); i > 0 && symbolic[i+1:] == p.Name {
		p.Name = symbolic[:i] + ":" + p.Name
	}
	return p, p.Version != ""
}
