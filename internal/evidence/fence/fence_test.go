package fence_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence/fence"
)

var known = []string{"systems", "flows"}

func regions(systems, flows string) []fence.Region {
	return []fence.Region{{Name: "systems", Text: systems}, {Name: "flows", Text: flows}}
}

func made(t *testing.T) string {
	t.Helper()
	s, err := fence.New("<!-- a hint -->", regions("one\ntwo\n", "three\n"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPeopleKeepTheirText(t *testing.T) {
	for _, ending := range []string{"\n", "\r\n"} {
		src := "# Ours\n\n" + strings.Replace(made(t), "<!-- bailiwick:begin flows", "what we think\n\t of it  \n<!-- bailiwick:begin flows", 1) + "the end, without a line end"
		src = strings.ReplaceAll(src, "\n", ending)
		f, err := fence.Parse("S.md", src, known)
		if err != nil {
			t.Fatal(err)
		}
		if e := f.Edited(nil); len(e) > 0 {
			t.Errorf("nobody edited a region: %v", e)
		}
		same, err := f.Write(regions("one\ntwo\n", "three\n"))
		if err != nil || same != src {
			t.Errorf("the same regions make another file (%v):\n%q\n%q", err, same, src)
		}
		if s := f.Stale(regions("one\ntwo\n", "four\n"), nil); len(s) != 1 || s[0] != "flows" {
			t.Errorf("stale: %v", s)
		}
		other, err := f.Write(regions("one\ntwo\n", "four\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, kept := range []string{"# Ours" + ending, "what we think" + ending + "\t of it  " + ending, "the end, without a line end", "four" + ending} {
			if !strings.Contains(other, kept) {
				t.Errorf("%q is gone", kept)
			}
		}
		if strings.Contains(other, "three") || strings.Contains(strings.ReplaceAll(other, ending, ""), "\n") {
			t.Errorf("the old region, or other line ends: %q", other)
		}
	}
}

// TestByteOrderMark: an editor's mark is no text of a fence, and stays.
func TestByteOrderMark(t *testing.T) {
	good := made(t)
	for _, src := range []string{"\ufeff" + good, "\ufeff" + good[strings.Index(good, "<!-- bailiwick:begin"):]} {
		f, err := fence.Parse("S.md", src, known)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := f.Write(regions("one\ntwo\n", "three\n")); err != nil || same != src {
			t.Errorf("%v: %q", err, same)
		}
	}
}

func TestHandEdits(t *testing.T) {
	src := strings.Replace(made(t), "two", "2", 1)
	f, err := fence.Parse("S.md", src, known)
	if err != nil {
		t.Fatal(err)
	}
	for at, is := range map[string][]fence.Region{"S.md:6: ": regions("one\ntwo\n", "three\n"), "S.md:3: ": regions("else\n", "three\n")} {
		if e := f.Edited(is); len(e) != 1 || !strings.HasPrefix(e[0].Error(), at) || !strings.Contains(e[0].Error(), "region systems") {
			t.Errorf("want %s: %v", at, e)
		}
	}
}

func TestNewRegionsHaveNoDigest(t *testing.T) {
	src := made(t)
	src = src[:strings.Index(src, "<!-- bailiwick:begin flows")] + "<!-- bailiwick:begin flows -->\n<!-- bailiwick:end flows -->\n"
	f, err := fence.Parse("S.md", src, known)
	if err != nil || len(f.Edited(nil)) > 0 {
		t.Fatal(err, f.Edited(nil))
	}
	out, err := f.Write(regions("one\ntwo\n", "three\n"))
	if err != nil || out != made(t) {
		t.Errorf("%v: %q", err, out)
	}
}

func TestWrongFences(t *testing.T) {
	good := made(t)
	for name, c := range map[string]struct{ src, want string }{
		"none":      {"# Ours\n", "S.md has no regions of a review"},
		"missing":   {good[:strings.Index(good, "<!-- bailiwick:begin flows")], "the region flows is missing: add the lines <!-- bailiwick:begin flows --> and <!-- bailiwick:end flows -->"},
		"unknown":   {good + "<!-- bailiwick:begin flow -->\n<!-- bailiwick:end flow -->\n", "S.md:15: there is no region flow; there are: systems, flows"},
		"doubled":   {good + "<!-- bailiwick:begin flows -->\n<!-- bailiwick:end flows -->\n", "S.md:15: the region flows is there twice, first at line 10"},
		"unclosed":  {strings.Replace(good, "<!-- bailiwick:end flows -->\n", "", 1), "S.md:10: the region flows does not end"},
		"nested":    {strings.Replace(good, "<!-- bailiwick:end systems -->\n", "", 1), "S.md:9: the region flows begins before systems of line 3 ends"},
		"unbegun":   {good + "<!-- bailiwick:end flows -->\n", "S.md:15: the region flows ends and did not begin"},
		"crossed":   {strings.Replace(good, "<!-- bailiwick:end systems -->", "<!-- bailiwick:end flows -->", 1), "S.md:8: the region flows ends where systems of line 3 is open"},
		"malformed": {strings.Replace(good, "<!-- bailiwick:end systems -->", "<!-- bailiwick:ends systems -->", 1), "S.md:8: this fence cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := fence.Parse("S.md", c.src, known); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q: %v", c.want, err)
			}
		})
	}
	if _, err := fence.New("", regions("<!-- bailiwick:end systems -->\n", "x\n")); err == nil {
		t.Error("a region holds a fence")
	}
}

func FuzzParse(f *testing.F) {
	s, _ := fence.New("x", regions("one\n", "two\n"))
	for _, seed := range []string{s, "", "<!-- bailiwick:begin systems -->", strings.ReplaceAll(s, "\n", "\r\n")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := fence.Parse("S.md", src, known)
		if err != nil {
			return
		}
		is := regions("a\n", "b\n")
		out, err := file.Write(is)
		if err != nil {
			t.Fatal(err)
		}
		again, err := fence.Parse("S.md", out, known)
		if err != nil || len(again.Edited(is)) > 0 || len(again.Stale(is, nil)) > 0 {
			t.Fatalf("what was written is not current: %v", err)
		}
	})
}
