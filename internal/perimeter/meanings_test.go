package perimeter

import "testing"

// Every word has a meaning, and every meaning a word.
func TestWordsHaveMeanings(t *testing.T) {
	words := Words()
	if len(words) != len(meanings) || len(words) < 15 {
		t.Errorf("%d words, %d meanings", len(words), len(meanings))
	}
	for _, w := range words {
		if w.Means == "" || w.Key == "" || w.Value == "" {
			t.Errorf("%s: %s has no meaning", w.Key, w.Value)
		}
	}
}
