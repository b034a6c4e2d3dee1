package dpia

import (
	"slices"
	"strings"
)

// levels are the words of the gauges of the tool, from 1 to 4, in the languages of documents.
var levels = [][]string{
	{"negligible", "geringfügig", "négligeable"},
	{"limited", "überschaubar", "limité"},
	{"significant", "important", "substantiell"},
	{"maximum", "maximal", "groß"},
}

// endings are what the languages add to them.
var endings = []string{"", "e", "en", "er", "es"}

// level is the level that an answer begins with. It is 0 where it begins with none, and where
// its first clause names another one too: "negligible to limited" is no level.
func level(text string) int {
	clause := strings.ToLower(text)
	if end := strings.IndexAny(clause, ",.;:(–—\n"); end >= 0 {
		clause = clause[:end]
	}
	found := 0
	for i, word := range strings.Fields(clause) {
		n := levelOf(word)
		if n == 0 && i == 0 || n > 0 && i > 0 && n != found {
			return 0
		}
		found = max(found, n)
	}
	return found
}

// levelOf is the level that a word is, 0 for any other word.
func levelOf(word string) int {
	for i, words := range levels {
		for _, w := range words {
			if rest, ok := strings.CutPrefix(word, w); ok && slices.Contains(endings, rest) {
				return i + 1
			}
		}
	}
	return 0
}
