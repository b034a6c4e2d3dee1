package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

// headings introduce the tables.
var headings = []struct{ kind, text string }{
	{"problem", "What is wrong, and who says so. A dash: no finding speaks of it."},
	{"conflict", "What is in order, and who asks to change it."},
	{"answer", "What satisfies both. A dash: nobody complains about it any more."},
	{"theirs", "What others see, and we have no rule for."},
}

func write(w io.Writer, list []tree, tools []*peer.Tool, codes bool) {
	for _, h := range headings {
		var rows []string
		seen := map[string]int{}
		for i := range list {
			t := &list[i]
			if t.kind != h.kind {
				continue
			}
			row := "| " + t.text + " |"
			for _, tool := range tools {
				s := t.said[tool.Name]
				if len(s.about) > 0 {
					seen[tool.Name]++
				}
				row += " " + s.cell()
				if codes && tool.Each && !s.failed && !s.cannot {
					row += fmt.Sprintf(" (exit %d)", s.exit)
				}
				row += " |"
			}
			rows = append(rows, row)
		}
		if len(rows) == 0 {
			continue
		}
		head, line, sum := "| |", "| --- |", "| of "+fmt.Sprint(len(rows))+" |"
		for _, tool := range tools {
			head += " " + tool.Name + " |"
			line += " --- |"
			sum += fmt.Sprintf(" %d |", seen[tool.Name])
		}
		fmt.Fprintf(w, "%s\n\n%s\n%s\n%s\n%s\n\n", h.text, head, line, strings.Join(rows, "\n"), sum)
	}
}

func (s *said) cell() string {
	switch {
	case s.failed:
		return "no result"
	case s.cannot:
		return "has no plan"
	}
	var parts []string
	if len(s.about) > 0 {
		parts = append(parts, strings.Join(s.about, ", "))
	}
	if len(s.opposite) > 0 {
		parts = append(parts, "asks for the opposite: "+strings.Join(s.opposite, ", "))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, "; ")
}
