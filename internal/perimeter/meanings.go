package perimeter

import (
	"slices"
	"strings"
)

// A Word is a value that a key of a data class or a system may have.
type Word struct {
	Key   string `json:"key"` // gdpr, confidentiality, unknown, ai_act, role
	Value string `json:"value"`
	Means string `json:"means"`
}

// meanings says what the words of data classes and systems stand for.
var meanings = map[string]string{
	"Class.gdpr none":                    "no data about persons",
	"Class.gdpr personal":                "personal data (GDPR, Art. 4(1)): about a person who is identified or can be",
	"Class.gdpr special":                 "special categories (GDPR, Art. 9): health, genetics, biometrics, beliefs, union membership, sex life, origin",
	"Class.gdpr criminal":                "criminal convictions and offences (GDPR, Art. 10)",
	"Class.confidentiality public":       "anybody may read it",
	"Class.confidentiality internal":     "for your organisation",
	"Class.confidentiality confidential": "for some in your organisation; the default",
	"Class.confidentiality secret":       "for named persons",
	"Class.unknown report":               "what cannot be established about it is reported and does not block",
	"Class.unknown block":                "what cannot be established about it blocks; the default",
	"System.ai_act prohibited":           "a practice that the AI Act forbids (Art. 5)",
	"System.ai_act high-risk":            "a high-risk system (AI Act, Art. 6(2), Annex III)",
	"System.ai_act annex-i":              "a safety component of a product of Annex I, or such a product (AI Act, Art. 6(1))",
	"System.ai_act transparency":         "a system whose users must be told (AI Act, Art. 50)",
	"System.ai_act gpai":                 "a general-purpose model (AI Act, chapter V)",
	"System.ai_act minimal":              "none of these",
	"System.role controller":             "you determine the purposes and means of the processing (GDPR, Art. 4(7))",
	"System.role processor":              "you process on behalf of the controller (GDPR, Art. 4(8))",
}

// Words returns the words of data classes and systems, by key and, where there is
// one, in the order of strictness, the laxest first.
func Words() []Word {
	var out []Word
	for _, key := range []string{"Class.gdpr", "Class.confidentiality", "Class.unknown", "System.ai_act", "System.role"} {
		for _, v := range closed[key] {
			_, short, _ := strings.Cut(key, ".")
			out = append(out, Word{short, v, meanings[key+" "+v]})
		}
	}
	return slices.Clip(out)
}
