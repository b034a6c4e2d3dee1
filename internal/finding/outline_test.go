package finding_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// TestOutline reads documents both ways: what one refuses, the other refuses, and they
// agree about what is kept.
func TestOutline(t *testing.T) {
	const head = `{"schema":"bailiwick/result/v1","perimeter":{"name":"p","digest":"x"},"at":"2026-11-25",`
	for _, c := range []struct {
		src  string
		says string // part of the error, or none
	}{
		{head + `"verdict":"pass","summary":{"files":2},"rules":[{"id":"LOC-001","severity":"high","pass":1}],"findings":null,"flows":[{},{}],"baseline":{"x":[1]}}`, ""},
		{head + `"verdict":"violation","findings":[{"status":"fail","severity":"high","fingerprint":"1","violates":true}]}`, ""},
		{head + `"verdict":"pass","findings":[{"status":"fail","severity":"high","fingerprint":"1","violates":true}]}`, "a finding violates is true"},
		{head + `"verdict":"violation","findings":[{"status":"fail","severity":"high","violates":true}]}`, "finding 1"},
		{head + `"verdict":"fine"}`, "its verdict is"},
		{head + `"verdict":"pass","rules":[{"id":"LOC-001","severity":"grave"}]}`, "severity"},
		{head + `"verdict":"pass","findings":[`, "EOF"},
		{head + `"verdict":"pass"`, "EOF"},
		{strings.Replace(head, "result/v1", "result/v9", 1) + `"verdict":"pass"}`, "its schema is"},
		{`[]`, ""},
		{``, ""},
	} {
		decoded, errDecode := finding.Decode([]byte(c.src))
		outline, err := finding.Outline(strings.NewReader(c.src))
		if (err == nil) != (errDecode == nil) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, and decoded %v", c.src, err, errDecode)
		}
		if err == nil && (outline.Verdict != decoded.Verdict || outline.Summary != decoded.Summary || len(outline.Rules) != len(decoded.Rules) || outline.Perimeter != decoded.Perimeter) {
			t.Errorf("%s: %+v and %+v", c.src, outline, decoded)
		}
	}
	for _, two := range []string{`"verdict":"pass","verdict":"undecided"}`, `"verdict":"pass","Verdict":"undecided"}`, `"verdict":"pass"} {}`, `"verdict":"pass","flows":{}}`} {
		if _, err := finding.Outline(strings.NewReader(head + two)); err == nil {
			t.Errorf("%s has two readings", two)
		}
	}
	if _, err := finding.Outline(bytes.NewReader(nil)); err == nil {
		t.Error("nothing is a result")
	}
}
