package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

// A tree is one small configuration.
type tree struct {
	name, dir       string
	kind, text      string // problem, conflict, answer or theirs, and what it is
	rule, ofWhat    string // ours; * is any
	about, opposite *regexp.Regexp
	subject         string

	said map[string]said // by tool
}

// said is what a tool has to say about the tree.
type said struct {
	all             int // findings of any sort
	about, opposite []string
	failed          bool // there is no result
	cannot          bool // the tool does not read such trees
	exit            int
}

// ours is the name of our tool.
const ours = "bailiwick"

// patience is for one run of a tool.
const patience = 10 * time.Minute

func load(dir, only string) ([]tree, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "main.tf"))
	if err != nil {
		return nil, err
	}
	var out []tree
	for _, f := range files {
		t := tree{dir: filepath.Dir(f), name: filepath.Base(filepath.Dir(f)), said: map[string]said{}}
		if !strings.Contains(t.name, only) {
			continue
		}
		if err := t.head(f); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no trees like *%s*/main.tf", dir, only)
	}
	return out, nil
}

// head reads the comments at the top of a file.
func (t *tree) head(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(src)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(comment, ": ")
		switch key {
		case "problem", "conflict", "answer", "theirs":
			t.kind, t.text = key, value
		case "ours":
			t.rule, t.ofWhat, _ = strings.Cut(value, " ")
		case "about":
			t.about, err = regexp.Compile("(?i)" + value)
		case "opposite":
			t.opposite, err = regexp.Compile("(?i)" + value)
		case "subject":
			t.subject = value
		default:
			return fmt.Errorf("%q is not known; the known ones are problem, conflict, answer, theirs, ours, about, opposite, subject", key)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if t.kind == "" || t.rule == "" && t.kind != "theirs" || t.about == nil {
		return fmt.Errorf("its head lacks problem, conflict, answer or theirs, ours or about")
	}
	return nil
}

// ask runs every tool. The others read all trees in one run where they can,
// because most of their time goes into starting; each tree is a root of its own
// for them too. Ours runs on each, since a tree may have a perimeter of its own.
// It returns what is not as the trees say.
func ask(ctx context.Context, b *peer.Bench, tools []*peer.Tool, dir string, list []tree, all bool) (wrong []string) {
	for _, tool := range tools {
		var common peer.Run
		if !tool.Each {
			if common = b.Do(ctx, tool, dir, patience); common.Err != nil || common.TimedOut {
				wrong = append(wrong, fmt.Sprintf("%s gave no result: %v", tool.Name, common.Err))
			}
		}
		for i := range list {
			t, r := &list[i], common
			if tool.Reads != nil && !tool.Reads(t.dir) {
				t.said[tool.Name] = said{cannot: true}
				continue
			}
			if tool.Each {
				r = b.Do(ctx, tool, t.source(tool), patience)
			}
			if r.Err != nil || r.TimedOut {
				t.said[tool.Name] = said{failed: true}
				if tool.Each {
					wrong = append(wrong, fmt.Sprintf("%s: %s: no result: %v", t.name, tool.Name, r.Err))
				}
				continue
			}
			fs := r.Findings
			if !tool.Each {
				fs = t.mine(fs)
			}
			if all {
				for i := range fs {
					f := &fs[i]
					fmt.Fprintf(os.Stderr, "%s: %s: %s %s %s: %s %s\n", t.name, tool.Name, f.Status, f.ID, f.Subject, f.Title, f.Message)
				}
			}
			s := t.listen(tool.Name, fs)
			s.exit = r.Exit
			t.said[tool.Name] = s
			if tool.Name == ours && peer.HasPlan(t.dir) {
				wrong = append(wrong, t.same(ctx, b, tool, &r)...)
			}
			switch spoke := len(s.about) > 0; {
			case tool.Name == ours && t.kind == "problem" && !spoke:
				wrong = append(wrong, fmt.Sprintf("%s: our rule %s is silent", t.name, t.rule))
			case tool.Name == ours && t.kind != "problem" && spoke:
				wrong = append(wrong, fmt.Sprintf("%s: our rule %s complains", t.name, t.rule))
			case t.kind == "answer" && spoke:
				wrong = append(wrong, fmt.Sprintf("%s: %s still complains: %s", t.name, tool.Name, strings.Join(s.about, ", ")))
			}
		}
	}
	return wrong
}

// source is what a tool is given. A folder would have us read its plan along
// with its configuration.
func (t *tree) source(tool *peer.Tool) string {
	if tool.Name == ours && peer.HasPlan(t.dir) {
		return filepath.Join(t.dir, "main.tf")
	}
	return t.dir
}

// same says what we find in the plan and not in the configuration, and the
// other way round.
func (t *tree) same(ctx context.Context, b *peer.Bench, tool *peer.Tool, config *peer.Run) (wrong []string) {
	plan := b.Do(ctx, tool, peer.Plan(t.dir), patience)
	if plan.Err != nil || plan.TimedOut {
		return []string{fmt.Sprintf("%s: its plan: no result: %v", t.name, plan.Err)}
	}
	c, p := brief(config.Findings), brief(plan.Findings)
	if !slices.Equal(c, p) || config.Exit != plan.Exit {
		return []string{fmt.Sprintf("%s: main.tf (exit %d) and plan.json (exit %d) differ: %v, %v", t.name, config.Exit, plan.Exit, c, p)}
	}
	return nil
}

func brief(fs []peer.Finding) []string {
	var out []string
	for i := range fs {
		out = append(out, fs[i].Status+" "+fs[i].ID+" "+fs[i].Subject)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mine keeps the findings in files of the tree.
func (t *tree) mine(fs []peer.Finding) []peer.Finding {
	var out []peer.Finding
	for i := range fs {
		if strings.Contains("/"+filepath.ToSlash(fs[i].File), "/"+t.name+"/") {
			out = append(out, fs[i])
		}
	}
	return out
}

// listen sorts findings by whether they speak of what the tree is about.
func (t *tree) listen(tool string, fs []peer.Finding) said {
	s := said{all: len(fs)}
	for i := range fs {
		f := &fs[i]
		name := f.ID
		if name == "" {
			name = f.Title
		}
		switch {
		case tool == ours:
			if (f.ID == t.rule || t.rule == "*") && (t.ofWhat == "" || f.Subject == t.ofWhat) {
				s.about = append(s.about, name+mark(f.Status))
			}
		case t.kind != "problem" && f.Status != "fail": // not decided is no complaint
		case t.subject != "" && !strings.Contains(f.Subject+" "+f.Title, t.subject):
		case t.opposite != nil && t.opposite.MatchString(f.Text()):
			s.opposite = append(s.opposite, name)
		case t.about.MatchString(f.Text()):
			s.about = append(s.about, name+mark(f.Status))
		}
	}
	slices.Sort(s.about)
	slices.Sort(s.opposite)
	s.about, s.opposite = slices.Compact(s.about), slices.Compact(s.opposite)
	return s
}

func mark(status string) string {
	if status == "fail" {
		return ""
	}
	return " (" + status + ")"
}
