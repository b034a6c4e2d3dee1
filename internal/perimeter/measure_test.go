package perimeter

import "testing"

func TestParseBytes(t *testing.T) {
	for s, want := range map[string]int64{"1B": 1, "2kB": 2000, "50MB": 50e6, "3TB": 3e12, "0MB": 0, "5 MB": 0, "5KiB": 0, "9999999999TB": 0, "99999999999999999999B": 0, "": 0} {
		got, err := ParseBytes(s)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("ParseBytes(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
}

func TestParseShares(t *testing.T) {
	got, err := ParseShares([]string{"no veto", "largest 12.5%", "together 20%"})
	if want := (Shares{12.5, 20, true}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	for _, bad := range [][]string{{"largest 12%", "together 20%"}, {"largest 30%", "together 20%", "no veto"}, {"largest 12", "together 20%", "veto"}, {"largest 12%", "together 200%", "veto"}, {"few", "together 20%", "veto"}, {"veto", "no veto", "together 20%"}} {
		if _, err := ParseShares(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestParseScope(t *testing.T) {
	s, err := ParseScope("scaleway_* fr-par*")
	if err != nil || !s.Service.Match("scaleway_rdb_instance") || !s.Region.Match("fr-par-1") || s.Region.Match("nl-ams") {
		t.Errorf("%+v, %v", s, err)
	}
	for _, bad := range []string{"scaleway", "a b c", " fr-par", ""} {
		if _, err := ParseScope(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
