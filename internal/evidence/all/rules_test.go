package all_test

import (
	"os"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// TestRuleTitles: every rule has a title in each language, one of its own, and what is
// no rule has none.
func TestRuleTitles(t *testing.T) {
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Rules) < 100 {
		t.Fatalf("only %d rules", len(set.Rules))
	}
	for _, language := range evidence.Languages()[1:] {
		src, err := os.ReadFile(path.Join("..", "words", "rules."+language+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var titles map[string]string
		if err := yaml.Unmarshal(src, &titles); err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		for i := range set.Rules {
			key := "rule." + string(set.Rules[i].ID)
			switch title := titles[key]; {
			case title == "":
				t.Errorf("%s: the title of %s is missing", language, set.Rules[i].ID)
			case said[title] != "":
				t.Errorf("%s: %s and %s have the same title", language, said[title], key)
			default:
				said[title] = key
			}
			delete(titles, key)
		}
		for key := range titles {
			t.Errorf("%s: %s is the title of no rule", language, key)
		}
	}
}

// TestRuleTitle asks for the title of a rule of ours, of the user's, and of one that is
// nowhere.
func TestRuleTitle(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	c.Result.Findings[0].Rule, c.Result.Findings[0].Title = "CLINIC-001", "Klinik"
	messages := fstest.MapFS{}
	for _, l := range evidence.Languages() {
		messages[l+".yaml"] = &fstest.MapFile{Data: []byte("title: Trial\n")}
	}
	for language, want := range map[string][]string{
		"en": {"The place is inside the perimeter", "Klinik", "NONE-001"},
		"de": {"Der Ort liegt innerhalb des Perimeters", "Klinik", "NONE-001"},
		"fr": {"Le lieu est à l'intérieur du périmètre", "Klinik", "NONE-001"},
	} {
		b, err := evidence.NewBuilder(c, "trial", language, messages)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, id := range []graph.RuleID{"LOC-001", "CLINIC-001", "NONE-001"} {
			got = append(got, b.RuleTitle(id))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}
