package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

// A tree is what all tools read.
type tree struct {
	name, dir string
	tools     []string      // only these; nil: all
	limit     time.Duration // 0: the general one
}

// repositories are those of the corpus that everybody is measured on: a small
// one, the largest, the one that fixed-point evaluators cannot bear, a usual module.
var repositories = []string{"terragoat", "cloud-foundation-fabric", "terraform-azurerm-caf-enterprise-scale", "terraform-aws-eks"}

// scaling is tried with those who evaluate; Trivy's time grows faster than the
// tree, so it is ended after scalingLimit.
const scalingLimit = 150 * time.Second

func trees(generated, corpus string) []tree {
	in := func(n string) string { return filepath.Join(generated, n) }
	out := []tree{{name: "one file", dir: in("one")}}
	if corpus != "" {
		for _, r := range repositories {
			out = append(out, tree{name: r, dir: filepath.Join(corpus, r)})
		}
	}
	return append(out,
		tree{"1,000 resources", in("n1000"), []string{"bailiwick", "trivy"}, scalingLimit},
		tree{"10,000 resources", in("n10000"), []string{"bailiwick", "trivy"}, scalingLimit},
		tree{"2 for_each over 10,000", in("each"), []string{"bailiwick", "trivy"}, scalingLimit},
		// Last: the peak of a process begins with the memory of the one that starts it, which has to read these findings.
		tree{"100,000 resources", in("n100000"), []string{"bailiwick"}, scalingLimit})
}

// A measured tree holds the runs of each tool.
type measured struct {
	files int // .tf files
	runs  map[string][]peer.Run
	errs  []string
}

// measure runs the tools in turn, so that what else the machine does hits all.
func (t *tree) measure(ctx context.Context, b *peer.Bench, tools []*peer.Tool, rounds int, limit time.Duration) measured {
	m := measured{runs: map[string][]peer.Run{}}
	if t.limit > 0 {
		limit = t.limit
	}
	var err error
	if m.files, err = countFiles(t.dir); err != nil || m.files == 0 {
		m.errs = append(m.errs, fmt.Sprintf("%s has no .tf files (%v): docs/corpus.md says what to fetch", t.name, err))
		return m
	}
	failed := map[string]bool{}
	for range rounds {
		for _, tool := range tools {
			if t.tools != nil && !slices.Contains(t.tools, tool.Name) || failed[tool.Name] || ctx.Err() != nil {
				continue
			}
			r := b.Do(ctx, tool, t.dir, limit)
			fmt.Fprintf(os.Stderr, "compare: %s: %s: %.2f CPU s, %.1f s, %.0f MiB, %d findings\n", t.name, tool.Name, r.CPU, r.Wall, r.PeakMiB, len(r.Findings))
			if r.Err != nil {
				m.errs = append(m.errs, fmt.Sprintf("%s: %v", t.name, r.Err))
			}
			failed[tool.Name] = r.Err != nil || r.TimedOut // not again
			m.runs[tool.Name] = append(m.runs[tool.Name], r)
		}
	}
	return m
}

func countFiles(dir string) (n int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".tf") {
			n++
		}
		return err
	})
	return n, err
}

// cpu and memory are medians; ok is false when the tool did not come to an end.
func (m *measured) cpu(tool string) (s float64, ok bool) {
	return m.median(tool, func(r *peer.Run) float64 { return r.CPU })
}

func (m *measured) memory(tool string) (mib float64, ok bool) {
	return m.median(tool, func(r *peer.Run) float64 { return r.PeakMiB })
}

func (m *measured) median(tool string, of func(*peer.Run) float64) (float64, bool) {
	runs := m.runs[tool]
	var vs []float64
	for i := range runs {
		if runs[i].TimedOut || runs[i].Err != nil {
			return of(&runs[i]), false
		}
		vs = append(vs, of(&runs[i]))
	}
	if len(vs) == 0 {
		return 0, false
	}
	slices.Sort(vs)
	return (vs[(len(vs)-1)/2] + vs[len(vs)/2]) / 2, true
}

// write prints the table of a tree.
func (m *measured) write(w io.Writer, t *tree, tools []*peer.Tool) {
	fmt.Fprintf(w, "\n**%s** (%d .tf files)\n\n| | CPU s | to ours | peak MiB | to ours | findings | runs |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n", t.name, m.files)
	for _, e := range m.errs {
		fmt.Fprintf(os.Stderr, "compare: %s\n", e)
	}
	ourCPU, ok := m.cpu("bailiwick")
	ourMemory, _ := m.memory("bailiwick")
	for _, tool := range tools {
		runs := m.runs[tool.Name]
		if len(runs) == 0 {
			continue
		}
		last := &runs[len(runs)-1]
		cpu, done := m.cpu(tool.Name)
		memory, _ := m.memory(tool.Name)
		switch {
		case last.Err != nil:
			fmt.Fprintf(w, "| %s | no result | | | | | %d |\n", tool.Name, len(runs))
		case !done:
			fmt.Fprintf(w, "| %s | not done after %.0f s (%.0f CPU s) | | %.0f | | | %d |\n", tool.Name, last.Wall, cpu, memory, len(runs))
		case !ok:
			fmt.Fprintf(w, "| %s | %.2f | | %.0f | | %d | %d |\n", tool.Name, cpu, memory, len(last.Findings), len(runs))
		default:
			fmt.Fprintf(w, "| %s | %.2f | %.1f | %.0f | %.1f | %d | %d |\n", tool.Name, cpu, cpu/ourCPU, memory, memory/ourMemory, len(last.Findings), len(runs))
		}
	}
}
