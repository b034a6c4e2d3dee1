package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// writeMaker writes who made a model and what its weights derive from.
func writeMaker(w io.Writer, m *graph.Maker) {
	if m == nil {
		return
	}
	fmt.Fprintf(w, "  %-11s %s, %s (%s)\n", "maker", m.Entity, m.Country, m.Confidence)
	for _, from := range m.Lineage {
		if from.Unknown != "" {
			fmt.Fprintf(w, "  %-11s unknown: %s\n", "made from", from.Unknown)
		} else {
			fmt.Fprintf(w, "  %-11s %s by %s, %s (%s)\n", "made from", from.Family, from.Entity, from.Country, from.Confidence)
		}
	}
}

// writeDoing writes one way in which a package reaches out.
func writeDoing(w io.Writer, d *resolve.Doing) {
	parts := []string{map[string]string{"on": "on by default", "off": "off by default"}[d.Default]}
	if parts[0] == "" {
		parts[0] = "whether it is on by default is not known"
	}
	if d.When != "" {
		parts = append(parts, d.When)
	}
	if d.Versions != "" {
		parts = append(parts, "in "+d.Versions)
	}
	if len(d.Off) > 0 {
		parts = append(parts, "off with "+strings.Join(d.Off, " or "))
	}
	if len(d.On) > 0 {
		parts = append(parts, "on with "+strings.Join(d.On, " or "))
	}
	fmt.Fprintf(w, "  %s: %s (%s)\n", d.Kind, strings.Join(parts, "; "), d.Confidence)
	if d.Unknown != "" {
		fmt.Fprintf(w, "    unknown: %s\n", d.Unknown)
	}
	for i := range d.To {
		to := &d.To[i]
		fmt.Fprintf(w, "    to %s\n", to.Host)
		for j := range to.Places {
			fmt.Fprintf(w, "      %-11s %s\n", to.Places[j].Role, placeText(&to.Places[j]))
		}
		if to.Operator != nil {
			fmt.Fprintf(w, "      %-11s %s\n", "operator", operatorText(to.Operator))
			if len(to.Operator.Laws) > 0 {
				fmt.Fprintf(w, "      %-11s %s\n", "laws", graph.Listed(to.Operator.Laws))
			}
		}
	}
}
