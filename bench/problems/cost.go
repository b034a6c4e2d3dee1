package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

// measure runs us and the tools that read plans on every plan, in turn, and
// prints the medians over all runs. It returns what gave no result.
func measure(ctx context.Context, w io.Writer, b *peer.Bench, tools []*peer.Tool, list []tree, rounds int) (wrong []string) {
	cpu, peak := map[string][]float64{}, map[string][]float64{}
	plans := 0
	for i := range list {
		t := &list[i]
		if !peer.HasPlan(t.dir) {
			continue
		}
		plans++
		for range rounds {
			for _, tool := range tools {
				if tool.Name != ours && tool.Reads == nil {
					continue
				}
				source := t.dir
				if tool.Name == ours {
					source = peer.Plan(t.dir)
				}
				r := b.Do(ctx, tool, source, patience)
				if r.Err != nil || r.TimedOut {
					wrong = append(wrong, fmt.Sprintf("%s: %s: no result: %v", t.name, tool.Name, r.Err))
					continue
				}
				cpu[tool.Name] = append(cpu[tool.Name], r.CPU)
				peak[tool.Name] = append(peak[tool.Name], r.PeakMiB)
			}
		}
	}
	fmt.Fprintf(w, "%d plans, %d runs each.\n\n| | CPU s | to ours | peak MiB | to ours |\n| --- | ---: | ---: | ---: | ---: |\n", plans, rounds)
	for _, tool := range tools {
		if len(cpu[tool.Name]) > 0 {
			c, p := median(cpu[tool.Name]), median(peak[tool.Name])
			fmt.Fprintf(w, "| %s | %.2f | %.1f | %.0f | %.1f |\n", tool.Name, c, c/median(cpu[ours]), p, p/median(peak[ours]))
		}
	}
	return wrong
}

func median(vs []float64) float64 {
	vs = slices.Sorted(slices.Values(vs))
	return (vs[(len(vs)-1)/2] + vs[len(vs)/2]) / 2
}
