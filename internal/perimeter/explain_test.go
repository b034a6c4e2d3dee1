package perimeter

import (
	"strings"
	"testing"
)

// Every value of every preset is explained, by itself or by what it is part of.
func TestPresetsExplainEachSetting(t *testing.T) {
	for _, name := range Presets() {
		about, settings, err := Explain(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(about, "Perimeter \""+name+"\"") || len(settings) < 10 {
			t.Errorf("%s: about %q, %d settings", name, about, len(settings))
		}
		for _, s := range settings {
			if s.Says == "" {
				t.Errorf("%s: nothing says why %s is %s", name, s.Key, s.Value)
			}
		}
	}
	if _, _, err := Explain("eu-strickt"); err == nil || !strings.Contains(err.Error(), "eu-strict") {
		t.Errorf("an unknown preset: %v", err)
	}
}
