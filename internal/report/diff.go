package report

import (
	"fmt"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Diff writes what is new and what is gone, a line each.
func Diff(w io.Writer, d *finding.Difference) error {
	for _, part := range []struct {
		sign string
		list []finding.Finding
	}{{"+", d.New}, {"-", d.Gone}} {
		for i := range part.list {
			f := &part.list[i]
			if _, err := fmt.Fprintf(w, "%s %-9s %s %s: %s  %s\n", part.sign, f.Status, tame(f.Rule), tame(f.Subject), tame(f.Message), where(tameOrigin(f.Origin))); err != nil {
				return err
			}
		}
	}
	for _, p := range d.Problems {
		if _, err := fmt.Fprintf(w, "+ not read  %s: %s\n", where(tameOrigin(p.Origin)), tame(p.Message)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d new, %d gone, %d as before; %s before, %s now\n", len(d.New), len(d.Gone), d.Same, d.From, d.To)
	return err
}
