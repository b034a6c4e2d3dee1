// Package osv says which advisories of a local copy of the OSV database concern
// a package. The copy is a folder with one all.zip an ecosystem, as it is
// published. Nothing is ever fetched.
package osv

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// folders are the names that the database has for ecosystems.
var folders = map[ecosystem.Ecosystem]string{
	ecosystem.PyPI: "PyPI", ecosystem.NPM: "npm", ecosystem.Go: "Go", ecosystem.Cargo: strings.Join([]string{"crates", "io"}, "."),
	ecosystem.Maven: "Maven", ecosystem.Gem: "RubyGems", ecosystem.NuGet: "NuGet",
}

// A Hit is an advisory that concerns a package.
type Hit struct {
	ID, Summary string
	Aliases     []string
	Package     *graph.Package
	// Unknown says why it cannot be told whether it does.
	Unknown string
}

// Bounds of one advisory and of one database.
const (
	maxAdvisory = 8 << 20
	maxTotal    = 16 << 30
)

// Match looks packages up. What could not be looked up is said, one line each.
func Match(dir string, ps []graph.Package) (hits []Hit, gaps []string, err error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, nil, fmt.Errorf("the advisories %s: %w", dir, err)
	}
	byEcosystem := map[ecosystem.Ecosystem]map[string][]*graph.Package{}
	unknown := map[string]int{}
	for i := range ps {
		e := ecosystem.Ecosystem(ps[i].Ecosystem)
		if folders[e] == "" {
			unknown[ps[i].Ecosystem]++
			continue
		}
		if byEcosystem[e] == nil {
			byEcosystem[e] = map[string][]*graph.Package{}
		}
		name := e.Fold(ps[i].Name)
		byEcosystem[e][name] = append(byEcosystem[e][name], &ps[i])
	}
	for _, e := range ecosystem.All() {
		if len(byEcosystem[e]) == 0 {
			continue
		}
		file := filepath.Join(dir, folders[e], "all.zip")
		found, err := matchFile(file, e, byEcosystem[e])
		if errors.Is(err, fs.ErrNotExist) {
			gaps = append(gaps, fmt.Sprintf("%s: there is no such file; %d packages were not looked up", filepath.ToSlash(filepath.Join(folders[e], "all.zip")), len(byEcosystem[e])))
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the advisories %s: %w", file, err)
		}
		hits = append(hits, found...)
	}
	for e, n := range unknown {
		gaps = append(gaps, fmt.Sprintf("%d packages of %s were not looked up: their versions are not compared here", n, e))
	}
	slices.Sort(gaps)
	return hits, gaps, nil
}

// An advisory is a record, as far as matching needs it
// (https://ossf.github.io/osv-schema/).
type advisory struct {
	ID        string   `json:"id"`
	Summary   string   `json:"summary"`
	Aliases   []string `json:"aliases"`
	Withdrawn string   `json:"withdrawn"`
	Affected  []struct {
		Package struct {
			Ecosystem string `json:"ecosystem"`
			Name      string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Type   string  `json:"type"`
			Events []event `json:"events"`
		} `json:"ranges"`
		Versions []string `json:"versions"`
	} `json:"affected"`
}

type event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
}

func matchFile(file string, e ecosystem.Ecosystem, ps map[string][]*graph.Package) ([]Hit, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var out []Hit
	total := int64(0)
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		src, err := read(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if total += int64(len(src)); total > maxTotal {
			return nil, errors.New("it unpacks to more than 16 GiB")
		}
		var a advisory
		if err := json.Unmarshal(src, &a); err != nil {
			return nil, fmt.Errorf("%s is no advisory: %w", f.Name, err)
		}
		if a.Withdrawn == "" {
			out = append(out, a.hits(e, ps)...)
		}
	}
	slices.SortFunc(out, func(a, b Hit) int {
		return strings.Compare(a.ID+"\x00"+a.Package.Name+"\x00"+a.Package.Version+"\x00"+a.Package.Path, b.ID+"\x00"+b.Package.Name+"\x00"+b.Package.Version+"\x00"+b.Package.Path)
	})
	return out, nil
}

func read(f *zip.File) ([]byte, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	b, err := io.ReadAll(io.LimitReader(rc, maxAdvisory+1))
	if err == nil && len(b) > maxAdvisory {
		err = errors.New("it is too large for an advisory")
	}
	return b, err
}

func (a *advisory) hits(e ecosystem.Ecosystem, ps map[string][]*graph.Package) []Hit {
	var out []Hit
	hit := map[*graph.Package]int{}
	for i := range a.Affected {
		at := &a.Affected[i]
		if name, _, _ := strings.Cut(at.Package.Ecosystem, ":"); name != folders[e] {
			continue
		}
		for _, p := range ps[e.Fold(at.Package.Name)] {
			h := Hit{ID: a.ID, Summary: a.Summary, Aliases: a.Aliases, Package: p}
			concerned := slices.Contains(at.Versions, p.Version)
			if p.Version == "" {
				h.Unknown = "the version of " + p.Name + " is not fixed"
			}
			for _, r := range at.Ranges {
				if concerned || r.Type == "GIT" || p.Version == "" {
					continue
				}
				in, err := within(e, p.Version, r.Events)
				if err != nil {
					h.Unknown = err.Error()
				}
				concerned = concerned || in
			}
			if concerned {
				h.Unknown = ""
			}
			before, twice := hit[p]
			switch {
			case !concerned && h.Unknown == "":
			case !twice:
				hit[p] = len(out)
				out = append(out, h)
			case concerned: // another entry of the advisory knows
				out[before].Unknown = ""
			}
		}
	}
	return out
}

// within reports whether a version lies in a range: after the last event that
// introduced it, without one that fixed it since.
func within(e ecosystem.Ecosystem, version string, events []event) (bool, error) {
	in := false
	compare := func(bound string) (int, error) {
		if bound == "0" {
			return 1, nil
		}
		return e.Compare(version, bound)
	}
	events, err := ordered(e, events)
	if err != nil {
		return false, err
	}
	for _, ev := range events {
		var c int
		switch {
		case ev.Introduced != "":
			if c, err = compare(ev.Introduced); err == nil && c >= 0 {
				in = true
			}
		case ev.Fixed != "":
			if c, err = compare(ev.Fixed); err == nil && c >= 0 {
				in = false
			}
		case ev.LastAffected != "":
			if c, err = compare(ev.LastAffected); err == nil && c > 0 {
				in = false
			}
		}
		if err != nil {
			return false, err
		}
	}
	return in, nil
}

// ordered sorts events by their versions: the database promises no order.
func ordered(e ecosystem.Ecosystem, events []event) ([]event, error) {
	at := func(ev event) string { return cmp.Or(ev.Introduced, ev.Fixed, ev.LastAffected) }
	out := slices.DeleteFunc(slices.Clone(events), func(ev event) bool { return at(ev) == "" })
	var bad error
	slices.SortStableFunc(out, func(a, b event) int {
		x, y := at(a), at(b)
		if x == "0" || y == "0" { // before every version
			return cmp.Compare(rank(x), rank(y))
		}
		c, err := e.Compare(x, y)
		if err != nil {
			bad = err
		}
		return c
	})
	return out, bad
}

func rank(version string) int {
	if version == "0" {
		return 0
	}
	return 1
}
