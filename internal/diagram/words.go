package diagram

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Words are the words of a picture in a language: what a key says, with the values
// that it names. [English] has all keys; whoever draws in another language has the
// same ones.
type Words func(key string, v Values) string

// Values fill the names of a word: texts, and the number n that it counts.
type Values map[string]any

// english has the words by key; those that count have a form for one before the bar.
var english = map[string]string{
	"heading":    "Data flows of {title}",
	"untitled":   "Data flows",
	"law":        "law as of {day}",
	"about":      "By {by}: {things}, {flows}.",
	"holds":      "{lane}, {standing}: {names}.",
	"leaving":    "{from} → {to} ({lane}) leaves the perimeter.",
	"leaves":     "{flow}, leaves the perimeter",
	"nodes":      "{n} node|{n} nodes",
	"flows":      "{n} flow|{n} flows",
	"things":     "{n} thing|{n} things",
	"findings":   "{n} finding|{n} findings",
	"questions":  "{n} open question|{n} open questions",
	"more":       "and {n} more",
	"leave":      "{n} leave the perimeter",
	"open":       "{n} not established",
	"by.country": "country", "by.operator": "operator",

	"strip.inside": "inside the perimeter", "strip.inside_short": "inside",
	"strip.outside": "outside the perimeter", "strip.outside_short": "outside",
	"strip.mixed":   "outside, or not known",
	"strip.unknown": "not known",

	"lane.unknown": "nobody established where",
	"lane.outside": "outside the perimeter",
	"lane.inside":  "inside the perimeter",
	"lane.open":    "not established",
	"lane.neutral": "no place of its own",

	"legend.planned":  "planned: code or configuration does it",
	"legend.declared": "declared: the perimeter says so",
	"legend.observed": "observed in traffic",
	"legend.outside":  "✕ leaves the perimeter",
	"legend.open":     "? not established",
	"grammar":         "What leaves a node leaves it below, what comes to it comes from above; lines that join lead to the same end. ✕2: two findings. ?1: one open question.",
	"grammar_all":     "What leaves a node leaves it below, what comes to it comes from above; lines between the same two boxes share a track, and are drawn as the most real of their flows: observed, else planned, else declared. ✕2: two findings. ?1: one open question.",

	"ours":                "systems and code",
	"ours_full":           "systems, code and processes whose own place the files do not tell",
	"place_unknown":       "place not known",
	"operator_unknown":    "operator not known",
	"destination_unknown": "destination not known",
	"why_unknown":         "not known: {why}",
	"anywhere":            "anywhere",
	"anywhere_full":       "in any country that the operator chooses",
	"either":              "{a} or {b}",
	"in_bloc":             "somewhere in the {bloc}",
	"one_of":              "one of {n} countries",
	"further.country":     "{n} further countries",
	"further.operator":    "{n} further operators",
	"law_of":              "{operator}, law of {countries}",
	"sends":               "sends or fetches",
	"system":              "system",
	"its":                 "its {part}",
	"seen":                "{n}×",
	"sent":                "{size} sent",
	"received":            "{size} received",
	"blocked":             "{n} blocked",
	"incomplete":          "records are missing",
	"several":             "seen several times",
	"note.similar":        "Similar things are drawn as one; --full draws each.",
	"note.further":        "{lane}: {names}.",
	"note.law":            "In brackets: the countries whose law reaches the operator, by its seat or by who controls it.",
	"note.left":           "{n} thing that neither hold nor move data are left out.|{n} things that neither hold nor move data are left out.",
	"note.problems":       "{n} thing could not be read, and may be missing here: bailiwick check names them.|{n} things could not be read, and may be missing here: bailiwick check names them.",
}

// English are the words that a map has without others. A kind, a purpose, a state or
// a verdict is called as it is written.
func English(key string, v Values) string {
	n, counts := v["n"].(int)
	text, ok := english[key]
	if !ok {
		family, word, _ := strings.Cut(key, ".")
		if family != "kind" {
			return word
		}
		if n == 1 {
			return kindWord(graph.Kind(word))
		}
		return fmt.Sprintf("%d %s", n, kindWords(graph.Kind(word)))
	}
	if one, other, two := strings.Cut(text, "|"); two {
		text = other
		if counts && n == 1 {
			text = one
		}
	}
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(v))
	for name, value := range v {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Keys are those of the words, sorted. Besides them there are the families kind,
// purpose, state and verdict, with the words of those lists.
func Keys() []string { return slices.Sorted(maps.Keys(english)) }

// say is a word of the map.
func (m *Map) say(key string, v Values) string {
	if m.Words == nil {
		return English(key, v)
	}
	return m.Words(key, v)
}

// kindWord is a kind as one of it is called.
func kindWord(k graph.Kind) string {
	if k == graph.Upstream {
		return "fetches from elsewhere"
	}
	return strings.ReplaceAll(string(k), "-", " ")
}

// kindWords is a kind as several of it are called.
func kindWords(k graph.Kind) string {
	switch {
	case k == graph.UnknownKind:
		return "unknown"
	case k == graph.Upstream:
		return "that fetch"
	case k == "system":
		return "senders"
	case k == graph.CDN || k == graph.DNS || k == graph.Compute || k == graph.Messaging || k == graph.Training || k == graph.Analytics || k == graph.State || k == graph.Identity:
		return string(k) + " assets"
	}
	s := strings.ReplaceAll(string(k), "-", " ")
	if strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ey") && !strings.HasSuffix(s, "ay") {
		return s[:len(s)-1] + "ies"
	}
	if strings.HasSuffix(s, "x") {
		return s + "es"
	}
	if strings.HasSuffix(s, "s") {
		return s
	}
	return s + "s"
}
