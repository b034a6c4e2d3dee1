package inventory

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A system is the database of a package manager. The one in the highest layer
// counts; those below tell in which layer each package came.
type system struct {
	packages []graph.Package
	open     map[string][]int // packages that every layer so far had, by what tells them apart
}

// systemDB is the kind of database that stands at a path; "" when none does.
func systemDB(name string) string {
	switch name {
	case "var/lib/dpkg/status":
		return "dpkg"
	case "lib/apk/db/installed", "usr/lib/apk/db/installed":
		return "apk"
	}
	dir, base := path.Split(name)
	switch dir {
	case "var/lib/dpkg/status.d/": // images without a shell keep a file a package
		if !strings.Contains(base, ".md5sums") {
			return "dpkg"
		}
	case "var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/":
		switch base {
		case "Packages", "Packages.db", "rpmdb.sqlite":
			return "rpm"
		case "rpmdb.sqlite-wal":
			return "wal"
		}
	}
	return ""
}

// systemFile reads the database that counts.
func (s *scanner) systemFile(name string, size int64, r io.Reader) error {
	ps, ok, err := s.system(name, size, r)
	if err != nil || !ok {
		return err
	}
	db := &system{packages: ps, open: map[string][]int{}}
	for i := range ps {
		ps[i].Layer = s.layer
		db.open[mark(&ps[i])] = append(db.open[mark(&ps[i])], i)
	}
	s.systems[name] = db
	return nil
}

// earlier reads a database that a layer above replaced.
func (s *scanner) earlier(name string, size int64, r io.Reader) error {
	db := s.systems[name]
	if db == nil || len(db.open) == 0 {
		return nil
	}
	problems := len(s.inv.Problems)
	ps, ok, err := s.system(name, size, r)
	s.inv.Problems = s.inv.Problems[:problems] // of a database that counts for nothing
	if err != nil || !ok {
		return err
	}
	had := map[string]bool{}
	for i := range ps {
		had[mark(&ps[i])] = true
	}
	for m, at := range db.open {
		if !had[m] {
			delete(db.open, m)
			continue
		}
		for _, i := range at {
			db.packages[i].Layer = s.layer
		}
	}
	return nil
}

func mark(p *graph.Package) string { return p.Name + "\x00" + p.Version + "\x00" + p.PURL }

// system reads a database. It reports false when that was not possible.
func (s *scanner) system(name string, size int64, r io.Reader) (ps []graph.Package, ok bool, err error) {
	switch systemDB(name) {
	case "wal":
		if size > 0 {
			s.problem(name, "the database of rpm was not closed: packages may be missing; build the image again, or run rpm --rebuilddb in it")
		}
		return nil, false, nil
	case "rpm":
		err = s.spooled(name, size, r, func(_ string, size int64, c content) error {
			var bad error
			if ps, bad = rpmDB(c, size); bad != nil {
				s.problem(name, "the database of rpm cannot be read: %v", bad)
				return nil
			}
			ok = true
			return nil
		})
		for i := range ps {
			ps[i].Path = name
		}
		return ps, ok, err
	}
	src, err := s.whole(r, size, textLimit)
	if err != nil {
		return nil, false, err
	}
	if src == nil {
		s.problem(name, "the database has more than %d MiB and was not read", textLimit>>20)
		return nil, false, nil
	}
	if systemDB(name) == "apk" {
		ps = apk(src)
	} else {
		ps = dpkg(src)
	}
	if len(ps) == 0 && len(bytes.TrimSpace(src)) > 0 {
		s.problem(name, "no package stands in the database: it may be broken")
	}
	for i := range ps {
		ps[i].Path = name
	}
	return ps, true, nil
}

// url completes the package URL: that of a system's package tells the system,
// which is known when all was read. Until then PURL holds the architecture.
func (s *scanner) url(p *graph.Package) string {
	e := ecosystem.Ecosystem(p.Ecosystem)
	switch e {
	case ecosystem.Deb, ecosystem.APK, ecosystem.RPM:
		vendor, distro := s.inv.OS["ID"], s.inv.OS["ID"]
		if v := s.inv.OS["VERSION_ID"]; v != "" {
			distro += "-" + v
		}
		q := map[string]string{"distro": distro}
		for part := range strings.SplitSeq(p.PURL, "&") {
			if k, v, ok := strings.Cut(part, "="); ok {
				q[k] = v
			}
		}
		if vendor == "" {
			vendor = map[ecosystem.Ecosystem]string{ecosystem.Deb: "debian", ecosystem.APK: "alpine", ecosystem.RPM: "redhat"}[e]
		}
		return e.URL(vendor, p.Name, p.Version, q)
	}
	return e.URL("", p.Name, p.Version, nil)
}
