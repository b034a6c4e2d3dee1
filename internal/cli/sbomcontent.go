package cli

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/osv"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
)

// subjectName is what a folder or file is called.
func subjectName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return filepath.Base(abs)
	}
	return path
}

// advise names the advisories that concern the packages.
func advise(c *sbom.Content, dir string) ([]string, error) {
	hits, gaps, err := osv.Match(dir, c.Packages)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for _, h := range hits {
		if h.Unknown != "" {
			gaps = append(gaps, h.ID+": "+h.Unknown)
			continue
		}
		n, ok := at[h.ID]
		if !ok {
			n = len(c.Advice)
			at[h.ID] = n
			c.Advice = append(c.Advice, sbom.Advice{ID: h.ID, Summary: h.Summary, Aliases: h.Aliases})
		}
		a := &c.Advice[n]
		if ref := sbom.Ref(h.Package); !slices.Contains(a.Refs, ref) {
			a.Refs = append(a.Refs, ref)
			slices.Sort(a.Refs)
		}
	}
	if len(c.Advice) == 0 {
		c.Advice = []sbom.Advice{} // looked up, and none concerns it
	}
	slices.Sort(gaps)
	return slices.Compact(gaps), nil
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(1, n-len([]rune(s)))) }
