package perimeter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func note(text string) graph.Note {
	return graph.Note{Subject: "aws_s3_bucket.site", Root: "infra", Text: text, Origin: graph.Origin{File: "infra/main.tf", Line: 7}}
}

func TestParseRemark(t *testing.T) {
	one := Waiver{Rule: "LOC-001", Subject: "aws_s3_bucket.site", Root: "infra", Reason: "public site", ApprovedBy: "dpo@x",
		Expires: "2027-03-01", Origin: graph.Origin{File: "infra/main.tf", Line: 7}}
	two := one
	two.Rule = "KEY-002"
	for text, want := range map[string][]Waiver{
		`waive LOC-001 until 2027-03-01 approved-by dpo@x reason "public site"`:          {one},
		`waive LOC-001 reason “public site” until 2027-03-01 approved-by dpo@x`:          {one},
		`waive LOC-001,KEY-002 until 2027-03-01 approved-by dpo@x reason "public site"`:  {one, two},
		`waive LOC-001, KEY-002 until 2027-03-01 approved-by dpo@x reason "public site"`: {one, two},
		`  waive LOC-001  approved-by "dpo@x" until	2027-03-01 reason "public site"  `:   {one},
		`waive LOC-001 KEY-002 until 2027-03-01 approved-by dpo@x reason "public\ site"`: {one, two},
	} {
		got, err := ParseRemark(note(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

func TestParseRemarkErrors(t *testing.T) {
	const rest = ` until 2027-03-01 approved-by dpo@x reason "y"`
	for text, want := range map[string]string{
		``:                                "the remark is empty",
		`wave LOC-001` + rest:             `did you mean "waive"?`,
		`ignore LOC-001` + rest:           "a remark cannot say",
		`waive` + rest:                    "no rule is named",
		`waive loc-001` + rest:            "is not the id of a rule",
		`waive LOC-001,LOC-001` + rest:    "named twice",
		`waive LOC-001 untill 2027-03-01`: `did you mean "until"?`,
		`waive LOC-001 until 2027-02-30 approved-by d reason x`:           "is not a day of the calendar",
		`waive LOC-001 until 2027-03-01 approved-by d`:                    `"reason" is missing`,
		`waive LOC-001 approved-by d reason x`:                            `"until" is missing`,
		`waive LOC-001 until 2027-03-01 reason x`:                         `"approved-by" is missing`,
		`waive LOC-001 until 2027-03-01 until 2027-03-02` + rest:          "stands twice",
		`waive LOC-001 until approved-by d reason x`:                      `"until" has no value`,
		`waive LOC-001 reason`:                                            `"reason" has no value`,
		`waive LOC-001 reason ""`:                                         `"reason" is empty`,
		`waive LOC-001 until 2027-03-01 approved-by d reason public site`: "stands in quotes",
		`waive LOC-001 reason "public`:                                    "quotation mark is not closed",
	} {
		got, err := ParseRemark(note(text))
		if err == nil || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%s: %v, %v; want %q", text, got, err, want)
			continue
		}
		if !strings.HasPrefix(err.Error(), "infra/main.tf:7: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error does not begin with the place, or has several lines: %v", text, err)
		}
	}
	loose := note("waive LOC-001" + rest)
	loose.Subject = ""
	if _, err := ParseRemark(loose); err == nil || !strings.Contains(err.Error(), "beside no block") {
		t.Errorf("a remark beside no block: %v", err)
	}
}

func TestCovers(t *testing.T) {
	a := &graph.Asset{Address: `module.m["k"].aws_s3_bucket.site[0]`, Root: "infra", Group: "infra:module.m.aws_s3_bucket.site"}
	for _, r := range []struct {
		w    Waiver
		want bool
	}{
		{Waiver{Subject: `module.m*.aws_s3_bucket.*`}, true},
		{Waiver{Subject: `aws_s3_bucket.site`}, false},
		{Waiver{Subject: "module.m.aws_s3_bucket.site", Root: "infra"}, true},
		{Waiver{Subject: "module.m.aws_s3_bucket.site", Root: "other"}, false},
		{Waiver{Subject: "*", Root: "infra"}, false}, // a remark is about its block only
	} {
		if got := r.w.Covers(a); got != r.want {
			t.Errorf("%+v covers: %v, want %v", r.w, got, r.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, r := range []struct {
		pattern, address string
		want             bool
	}{
		{"a.b", "a.b", true},
		{"a.b", "a.bc", false},
		{"a.b", "A.b", false},
		{"*", "", true},
		{"*", `m["x"].y`, true},
		{"", "", true},
		{"", "a", false},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"a*c", "ac", true},
		{"ab*bc", "abc", false}, // the two texts may not share letters
		{"a*b*c", "a-b-b-c", true},
		{"a**c", "abc", true},
		{"a.*", "a[0]", false},
		{"module.rag.aws_s3_bucket.*", `module.rag.aws_s3_bucket.docs["eu.1"]`, true},
		{"module.rag.aws_s3_bucket.*", "module.rag[0].aws_s3_bucket.docs", false},
		{"a?c", "abc", false}, // no other character is special
		{"[ab]", "a", false},
	} {
		if got := Match(r.pattern, r.address); got != r.want {
			t.Errorf("Match(%q, %q) = %v", r.pattern, r.address, got)
		}
	}
	if (Pattern{}).Match("") {
		t.Error("the zero pattern matches")
	}
	// Hostile patterns take no longer than others.
	if Match(strings.Repeat("a*", 5000)+"b", strings.Repeat("a", 100000)) {
		t.Error("a pattern that ends in b matches a text without b")
	}
}

func TestParseRetention(t *testing.T) {
	for s, want := range map[string]int{"1d": 1, "90d": 90, "6m": 180, "10y": 3650, "500y": 182500} {
		if got, err := ParseRetention(s); err != nil || got != want {
			t.Errorf("ParseRetention(%s) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "d", "10", "0d", "00d", "-1d", "+1d", "1.5y", "1w", "1 d", "1D", "501y", "99999999999999999999d", "01d"} {
		if got, err := ParseRetention(s); err == nil {
			t.Errorf("ParseRetention(%q) = %d, want an error", s, got)
		}
	}
}

func FuzzParseRemark(f *testing.F) {
	f.Add(`waive LOC-001, KEY-002 until 2027-03-01 approved-by dpo@x reason "public \" site"`)
	f.Add(`waive`)
	f.Fuzz(func(t *testing.T, text string) {
		ws, err := ParseRemark(note(text))
		if (err == nil) == (len(ws) == 0) {
			t.Fatalf("%q: %v, %v", text, ws, err)
		}
		for _, w := range ws {
			if w.Rule == "" || w.Expires == "" || w.ApprovedBy == "" || w.Reason == "" || w.Subject == "" {
				t.Errorf("%q: incomplete waiver %+v", text, w)
			}
		}
	})
}
