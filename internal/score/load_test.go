package score

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/frameworks"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

func known(t testing.TB) Known {
	t.Helper()
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	out := Known{KB: k}
	for i := range set.Rules {
		out.Rules = append(out.Rules, set.Rules[i].ID)
	}
	return out
}

func ours(t testing.TB) ([]*Framework, Known) {
	t.Helper()
	k := known(t)
	fs, err := Load(frameworks.FS, k)
	if err != nil {
		t.Fatal(err)
	}
	return fs, k
}

// TestFrameworks holds ours against what the catalogues have.
func TestFrameworks(t *testing.T) {
	fs, k := ours(t)
	want := []string{"c3a", "cada", "eucsf", "gdpr-chapter-v", "secnumcloud-19-6"}
	if got := IDs(fs); !slices.Equal(got, want) {
		t.Fatalf("frameworks are %v", got)
	}
	count := func(f *Framework, is func(*Criterion) bool) int {
		n := 0
		f.any(func(c *Criterion) bool {
			if is(c) {
				n++
			}
			return false
		})
		return n
	}
	all := func(*Criterion) bool { return true }
	eucsf, c3a, cada := fs[2], fs[0], fs[1]
	var weights []int
	for _, g := range eucsf.Groups {
		weights = append(weights, g.Weight)
	}
	if !slices.Equal(weights, []int{15, 10, 10, 15, 20, 15, 10, 5}) {
		t.Errorf("the weights of EUCSF are %v", weights)
	}
	if n := count(eucsf, func(c *Criterion) bool { return !c.Unscored }); n != 39 {
		t.Errorf("EUCSF has 39 contributing factors, not %d", n)
	}
	if n := count(c3a, all); n != 30 {
		t.Errorf("C3A has 30 families, not %d", n)
	}
	for i := range eucsf.Groups { // every objective can end at 0, and reach 4
		levels := map[int]bool{}
		for _, c := range eucsf.Groups[i].Criteria {
			levels[c.Level] = true
		}
		if !levels[1] || !levels[4] {
			t.Errorf("%s has no criterion for level 1, or none for 4", eucsf.Groups[i].ID)
		}
	}
	for _, f := range fs {
		want := map[bool]Standing{true: Proposed, false: Stands}[f == cada]
		if got := f.standing(k.KB, "2026-11-29"); got != want {
			t.Errorf("%s is %s, not %s", f.ID, got, want)
		}
		if got := f.standing(k.KB, "2016-01-01"); f != cada && got != Later {
			t.Errorf("%s was %s in 2016", f.ID, got)
		}
	}
	// Every clause of a catalogue that is scored as a whole is scored.
	for instrument, f := range map[string]*Framework{"EUCSF": eucsf, "C3A": c3a, "CADA": cada, "SNC": fs[4]} {
		for _, q := range k.KB.Requirements() {
			if q.Instrument == instrument && !f.any(func(c *Criterion) bool { return c.Requirement == q.ID }) {
				t.Errorf("%s says nothing about %s", f.ID, q.ID)
			}
		}
	}
}

// TestEveryRuleIsAsked: what a rule says that it evidences, a framework lets it
// evidence. Rules may speak about more than that.
func TestEveryRuleIsAsked(t *testing.T) {
	fs, k := ours(t)
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range set.Rules {
		r := &set.Rules[i]
		for _, id := range r.Requirements {
			q, _ := k.KB.Requirement(id)
			for _, f := range fs {
				covers := f.any(func(c *Criterion) bool { return c.Requirement == id })
				if f.Instrument != q.Instrument || !covers {
					continue
				}
				n++
				if !f.any(func(c *Criterion) bool { return c.Requirement == id && slices.Contains(c.Rules, r.ID) }) {
					t.Errorf("%s: no criterion of %s asks %s, which evidences it", f.ID, id, r.ID)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d pairs were looked at", n)
	}
}

// TestTextsAreOurs: a criterion has a short title of its own in each language.
func TestTextsAreOurs(t *testing.T) {
	fs, _ := ours(t)
	n := 0
	for _, f := range fs {
		seen := map[string]string{}
		f.any(func(c *Criterion) bool {
			n++
			for _, text := range []string{c.Title.EN, c.Title.DE, c.Title.FR} {
				if strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text || len(text) > 160 {
					t.Errorf("%s %s: %q is no short title", f.ID, c.ID, text)
				}
			}
			if other := seen[c.Title.EN]; other != "" {
				t.Errorf("%s: %s and %s have the same title", f.ID, c.ID, other)
			}
			seen[c.Title.EN] = c.ID
			return false
		})
	}
	if n < 100 {
		t.Errorf("only %d criteria were found", n)
	}
}

// TestRefused edits a framework of ours so that it says too much: each is refused,
// with what is wrong.
func TestRefused(t *testing.T) {
	k := known(t)
	for _, c := range []struct{ file, from, to, want string }{
		{"eucsf", "id: eucsf", "id: other", `its id is "other"`},
		{"eucsf", "instrument: EUCSF", "instrument: NONE", `no clause of the instrument "NONE"`},
		{"eucsf", "requirement: EUCSF_SOV_1", "requirement: EUCSF_SOV_9", `no requirement "EUCSF_SOV_9"`},
		{"eucsf", "rules: [OPR-002]", "rules: [OPR-999]", `no rule "OPR-999"`},
		{"eucsf", "rules: [OPR-002]", "rules: [OPR-002, OPR-002]", "OPR-002 twice"},
		{"eucsf", "weight: 15", "weight: 16", "the weights come to 101"},
		{"eucsf", "    weight: 15\n", "", "of 8 groups have a weight"},
		{"eucsf", "level: 2", "level: 5", "levels are 1 to 4"},
		{"eucsf", "SOV-1-F02", "SOV-1-F01", `"SOV-1-F01" of SOV-1 is there twice`},
		{"eucsf", "of: [operator]", "of: [owner]", `no coordinate "owner"`},
		{"eucsf", "documents: [ownership]", "documents: [rumour]", `no document shows the fact "rumour"`},
		{"eucsf", "territory: EU\n", "territory: XX\n", `no bloc "XX"`},
		{"eucsf", "territory: EU\n", "", "the framework has no territory"},
		{"eucsf", "        level: 4\n        unscored: true", "        unscored: true", "leave it out"},
		{"eucsf", "        level: 2", "        levels: 2", `no key "levels" here`},
		{"eucsf", `, fr: "Souveraineté stratégique"`, "", "a title in each language"},
		{"gdpr-chapter-v", "cited: true", "cited: true\n        level: 1", "the framework has none"},
		{"gdpr-chapter-v", "        requirement: GDPR_ART_47\n", "        requirement: GDPR_ART_47\n        cited: true\n", "it names none"},
	} {
		src, err := fs.ReadFile(frameworks.FS, path.Join(c.file, "framework.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Replace(src, []byte(c.from), []byte(c.to), 1)
		if bytes.Equal(bad, src) {
			t.Errorf("%q is not in %s", c.from, c.file)
			continue
		}
		_, err = Load(fstest.MapFS{c.file + "/framework.yaml": {Data: bad}}, k)
		if err == nil || !strings.Contains(err.Error(), c.want) || !regexp.MustCompile(`^`+c.file+`/framework\.yaml:[1-9][0-9]*: `).MatchString(err.Error()) {
			t.Errorf("%q for %q: the error is %v, without %q", c.to, c.from, err, c.want)
		}
	}
	if _, err := Load(fstest.MapFS{}, k); err == nil {
		t.Error("no frameworks at all are taken")
	}
}

// TestLine: what is wrong is told with the line on which it stands.
func TestLine(t *testing.T) {
	k := known(t)
	src, err := fs.ReadFile(frameworks.FS, "eucsf/framework.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to string }{
		{"rules: [EXI-001, SCM-012]", "rules: [EXI-001, SCM-999]"},
		{"requirement: EUCSF_SOV_8", "requirement: EUCSF_SOV_9"},
		{"instrument: EUCSF", "instrument: NONE"},
		{"rules: [EXI-006]", "rule: [EXI-006]"},
		{"id: SOV-4-F02", "id: SOV-4-F01"},
	} {
		at := strings.Index(string(src), c.from)
		bad := strings.Replace(string(src), c.from, c.to, 1)
		line := 1 + strings.Count(string(src[:max(at, 0)]), "\n")
		_, err := Load(fstest.MapFS{"eucsf/framework.yaml": {Data: []byte(bad)}}, k)
		if want := fmt.Sprintf("eucsf/framework.yaml:%d: ", line); at < 0 || err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: the error is %v, not at %s", c.to, err, want)
		}
	}
}

// TestRead: a framework of the user's is read as ours are.
func TestRead(t *testing.T) {
	k := known(t)
	src, err := fs.ReadFile(frameworks.FS, "secnumcloud-19-6/framework.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "house")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir, k); err == nil || !strings.Contains(err.Error(), "house/framework.yaml: it cannot be read") {
		t.Errorf("of nothing: %v", err)
	}
	write := func(s string) {
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(src), "id: secnumcloud-19-6", "id: house", 1))
	f, err := Read(dir, k)
	if err != nil || f.ID != "house" {
		t.Errorf("it is %+v, %v", f, err)
	}
	for text, want := range map[string]string{
		string(src):               `house/framework.yaml:1: its id is "secnumcloud-19-6" and its folder "house"`,
		"id: house\n---\nid: a\n": "it has 2 documents",
		"":                        "it is empty",
		"id: [":                   "house/framework.yaml:1: ",
		"- id: house":             "house/framework.yaml:1: ",
	} {
		write(text)
		if _, err := Read(dir, k); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: the error is %v, without %q", text, err, want)
		}
	}
}

// TestSources: where the structure was read is pinned, and never a host of ours.
func TestSources(t *testing.T) {
	fs, _ := ours(t)
	pinned := regexp.MustCompile(`^(github\.com/[^@]+@[0-9a-f]{40}/.+|https://.+)$`)
	for _, f := range fs {
		for _, s := range f.Sources {
			if !pinned.MatchString(s) {
				t.Errorf("%s: the source %s is not pinned", f.ID, s)
			}
		}
	}
}

// FuzzLoad: whatever stands in the file, it is taken whole or refused.
func FuzzLoad(f *testing.F) {
	src, err := fs.ReadFile(frameworks.FS, "secnumcloud-19-6/framework.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte("id: x\ngroups: [{id: a, criteria: [{id: b, level: -1}]}]"))
	f.Add([]byte("groups: &a [*a]"))
	k := known(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		got, err := Load(fstest.MapFS{"secnumcloud-19-6/framework.yaml": {Data: src}}, k)
		if err != nil {
			return
		}
		got[0].any(func(c *Criterion) bool {
			if _, ok := k.KB.Requirement(c.Requirement); !ok || slices.ContainsFunc(c.Rules, func(r graph.RuleID) bool { return !slices.Contains(k.Rules, r) }) {
				t.Errorf("%s names what is not there", c.ID)
			}
			return false
		})
	})
}
