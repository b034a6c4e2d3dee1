package inventory

import (
	"bytes"
	"compress/zlib"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"io"
	"runtime/debug"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// program reads what compilers leave in programs: the modules of Go, the crates
// of Rust where cargo auditable wrote them. Then it looks for hosts.
func (s *scanner) program(name string, size int64, c content) error {
	seen := &needles{r: c}
	if err := s.hosts.sweep(name, s.layer, inProgram, seen); err != nil {
		return err
	}
	var ps []graph.Package
	if seen.goes {
		if info, err := buildinfo.Read(c); err == nil {
			ps = append(ps, goModules(info)...)
		}
	}
	if seen.rust {
		crates, err := crates(c)
		if err != nil {
			s.problem(name, "the list of crates in it cannot be read: %v", err)
		}
		ps = append(ps, crates...)
	}
	for i := range ps {
		ps[i].Path, ps[i].Layer = name, s.layer
	}
	if len(ps) > 0 {
		s.packages[name] = ps
	}
	return nil
}

// needles notes on the way whether a program is worth a closer look.
type needles struct {
	r          io.Reader
	tail       []byte
	goes, rust bool
}

var (
	goMagic   = []byte("\xff Go buildinf:")
	rustMagic = []byte(".dep-v0")
)

func (n *needles) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	b := p[:k]
	edge := append(n.tail, b[:min(k, 16)]...)
	n.goes = n.goes || bytes.Contains(b, goMagic) || bytes.Contains(edge, goMagic)
	n.rust = n.rust || bytes.Contains(b, rustMagic) || bytes.Contains(edge, rustMagic)
	n.tail = append(n.tail[:0], b[max(0, k-16):]...)
	return k, err
}

// goModules are the module of the program, those that it was built from, and
// the standard library, by the version of the compiler.
func goModules(info *debug.BuildInfo) []graph.Package {
	var out []graph.Package
	add := func(m *debug.Module) {
		if m.Path == "" {
			return
		}
		version := m.Version
		if r := m.Replace; r != nil {
			if version = r.Version; version != "" {
				m = r
			} // else it came from a folder: its name is known, its version is not
		}
		if version == "(devel)" {
			version = ""
		}
		out = append(out, graph.Package{Ecosystem: "go", Name: m.Path, Version: version})
	}
	add(&info.Main)
	for _, d := range info.Deps {
		add(d)
	}
	if v, ok := strings.CutPrefix(info.GoVersion, "go"); ok {
		v, _, _ = strings.Cut(v, " ") // experiments
		out = append(out, graph.Package{Ecosystem: "go", Name: "stdlib", Version: v})
	}
	return out
}

const cratesLimit = 8 << 20

// crates reads the section that cargo auditable adds: JSON, packed by zlib.
func crates(r io.ReaderAt) ([]graph.Package, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, nil // the name stood in something else
	}
	defer f.Close()
	section := f.Section(".dep-v0")
	if section == nil || section.Size > cratesLimit {
		return nil, nil
	}
	z, err := zlib.NewReader(section.Open())
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var doc struct {
		Packages []struct {
			Name, Version, Kind string
		}
	}
	if err := json.NewDecoder(io.LimitReader(z, cratesLimit)).Decode(&doc); err != nil {
		return nil, err
	}
	var out []graph.Package
	for _, c := range doc.Packages {
		out = append(out, graph.Package{Ecosystem: "cargo", Name: c.Name, Version: c.Version, Dev: c.Kind == "build"})
	}
	return out, nil
}
