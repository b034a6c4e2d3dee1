package perimeter

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// The fixed words at the head of the file.
const (
	APIVersion = "bailiwick/v1"
	Kind       = "Perimeter"
)

// Strictest is the value of Spec.Unbound for the limits of all classes together.
const Strictest = "strictest"

// Unclassified is the one class of a perimeter that names none.
const Unclassified = "unclassified"

// Customer is the key holder that is the customer itself.
const Customer = "customer"

// closed lists the values that a key may have, by type and key. It is the one
// list: the reader, the JSON schema and the order of strictness use it. Where
// order matters the laxest comes first.
var closed = map[string][]string{
	"Perimeter.apiVersion":  {APIVersion},
	"Perimeter.kind":        {Kind},
	"When.cleartext":        {"in-use", "never"},
	"Class.gdpr":            {"none", "personal", "special", "criminal"},
	"Class.confidentiality": {"public", "internal", "confidential", "secret"},
	"Class.in_use":          {"clear", "encrypted"},
	"Class.handling":        {"bulk", "important", "localised"},
	"Class.unknown":         {"report", "block"},
	"System.ai_act":         {"minimal", "transparency", "gpai", "annex-i", "high-risk", "prohibited"},
	"System.role":           {"controller", "processor"},
	"Transfer.tool":         {"adequacy", "scc", "bcr", "code", "certification", "derogation"},
	"Evidence.fact":         append([]string{"support", "operator", "cleartext", "place", "retention", "opt-out", "substitute", "energy", "mirror", "tia", "ownership", "certificate", "attestation", "outbound"}, ofSystems...),
	"Gate.fail_on":          {"critical", "high", "medium", "low"},
}

// ofSystems are the facts that documents show of a system as a whole: what a test
// of it came to, and what the AI Act and the GDPR ask of its record.
var ofSystems = []string{"disconnect-test", "exit-test", "canary", "dpia",
	"literacy", "practices", "notice", "risks", "instructions", "oversight", "quality", "monitoring", "fria", "registration"}

// ofOne are those of them that assess or register one system: one document may be
// of some that are alike (GDPR art. 35(1)), and none of systems that are not there yet.
var ofOne = []string{"dpia", "fria", "registration"}

// OfSystems returns the facts that documents show of a system as a whole.
func OfSystems() []string { return slices.Clone(ofSystems) }

// ranges bounds whole numbers, by type and key.
var ranges = map[string][2]int{
	"Keys.min_grade":  {0, 5},
	"Transfer.module": {1, 4},
}

// patterns are the forms of text, by type and key, for the JSON schema.
// formats checks them, and what an expression cannot say.
var patterns = map[string]string{
	"Transfer.expires":  `^\d{4}-\d{2}-\d{2}$`,
	"Evidence.expires":  `^\d{4}-\d{2}-\d{2}$`,
	"Evidence.dated":    `^\d{4}-\d{2}-\d{2}$`,
	"Waiver.expires":    `^\d{4}-\d{2}-\d{2}$`,
	"Evidence.document": `^sha256:[0-9a-f]{64}$`,
	"Class.retention":   `^[1-9][0-9]*[dmy]$`,
	"Budget.limit":      `^[1-9][0-9]*(B|kB|MB|GB|TB)$`,
	"Budget.per":        `^[1-9][0-9]*[dmy]$`,
	"Evidence.covers":   `^\S+ \S+$`,
	"Waiver.rule":       `^[A-Z]{3}-[0-9]{3}$`,
	"Answer.question":   `^\S+$`,
	"Answer.on":         `^\d{4}-\d{2}-\d{2}$`,
	"Answer.expires":    `^\d{4}-\d{2}-\d{2}$`,
	"Mirrors.pypi":      mirrorForm,
	"Mirrors.npm":       mirrorForm,
	"Mirrors.go":        mirrorForm,
	"Mirrors.maven":     mirrorForm,
	"Mirrors.cargo":     mirrorForm,
	"Mirrors.models":    mirrorForm,
	"Mirrors.deb":       debForm,
	"Mirrors.images":    imagesForm,
}

var formats = map[string]func(string) error{
	"Transfer.expires":  checkDate,
	"Evidence.expires":  checkDate,
	"Waiver.expires":    checkDate,
	"Evidence.dated":    checkDate,
	"Evidence.document": checkDigest,
	"Class.retention":   func(s string) error { _, err := ParseRetention(s); return err },
	"Budget.limit":      func(s string) error { _, err := ParseBytes(s); return err },
	"Budget.per":        func(s string) error { _, err := ParseRetention(s); return err },
	"Evidence.covers":   checkScope,
	"Waiver.rule":       checkRule,
	"Answer.question":   checkQuestion,
	"Answer.on":         checkDate,
	"Answer.expires":    checkDate,
	"Mirrors.pypi":      checkMirror,
	"Mirrors.npm":       checkMirror,
	"Mirrors.go":        checkMirror,
	"Mirrors.maven":     checkMirror,
	"Mirrors.cargo":     checkMirror,
	"Mirrors.models":    checkMirror,
	"Mirrors.deb":       checkDeb,
	"Mirrors.images":    checkImages,
}

// checkDate reports what is wrong with a day.
func checkDate(s string) error {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return fmt.Errorf("%s is not a day of the calendar: write YYYY-MM-DD", show(s))
	}
	return nil
}

// checkDigest reports what is wrong with the digest of a document.
func checkDigest(s string) error {
	digits, ok := strings.CutPrefix(s, "sha256:")
	if raw, err := hex.DecodeString(digits); !ok || err != nil || len(raw) != 32 || digits != strings.ToLower(digits) {
		return fmt.Errorf(`%s is not a digest: write "sha256:" and the 64 digits that sha256sum prints for the document`, show(s))
	}
	return nil
}

var ruleID = regexp.MustCompile(patterns["Waiver.rule"])

// checkRule reports what is wrong with the id of a rule. Which rules there
// are is known on a higher floor.
func checkRule(s string) error {
	if !ruleID.MatchString(s) {
		return fmt.Errorf("%s is not the id of a rule: write it as in LOC-001", show(s))
	}
	return nil
}

// checkQuestion reports what is wrong with the id of a question. Which questions
// there are is known on a higher floor.
func checkQuestion(s string) error {
	if strings.ContainsFunc(s, unicode.IsSpace) {
		return fmt.Errorf("%s is not the id of a question: write it as the document shows it", show(s))
	}
	return nil
}

// maxRetention is the longest retention, in years: more is a typing error.
const maxRetention = 500

// ParseRetention reads a time such as 90d, 6m or 10y and returns it in days.
// A month counts 30 days and a year 365: as an upper limit the shorter
// reading is the stricter one.
func ParseRetention(s string) (days int, err error) {
	bad := fmt.Errorf("%s is no retention: write a whole number and d, m or y, as in 90d, 6m or 10y", show(s))
	if len(s) < 2 {
		return 0, bad
	}
	unit := map[byte]int{'d': 1, 'm': 30, 'y': 365}[s[len(s)-1]]
	digits := s[:len(s)-1]
	n, err := strconv.Atoi(digits)
	if err != nil || unit == 0 || digits[0] < '0' || digits[0] > '9' {
		return 0, bad
	}
	if n == 0 || digits[0] == '0' {
		return 0, errors.New("a retention of 0 is ambiguous (not at all, or for ever): write at least 1d, or leave the key out")
	}
	if n > maxRetention*365/unit {
		return 0, fmt.Errorf("a retention of %s is more than %d years: no limit is meant by leaving the key out", s, maxRetention)
	}
	return n * unit, nil
}

// Rank is the place of a value in the order of strictness, the laxest first
// from 0; -1 for a value that the key does not have.
func Rank(key, value string) int { return slices.Index(closed[key], value) }

// Facts are those that a document can show.
func Facts() []string { return slices.Clone(closed["Evidence.fact"]) }
