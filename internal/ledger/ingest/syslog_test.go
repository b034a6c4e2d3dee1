package ingest

import (
	"testing"
	"time"
)

// Times that name no zone are of the zone that is given, others are not; a day
// without a year is the latest that is not to come.
func TestSyslogTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"Nov 29 10:00:00 host app: x":                             "2026-11-29T09:00:00Z",
		"Nov 30 10:00:00 host app: x":                             "2026-11-30T09:00:00Z",
		"Dec  1 10:00:00 host app: x":                             "2025-12-01T09:00:00Z",
		"Feb 29 10:00:00 host app: x":                             "2024-02-29T09:00:00Z",
		"Jul  1 10:00:00 host app: x":                             "2026-07-01T08:00:00Z",
		"2026-11-29T10:00:00 host app: x":                         "2026-11-29T09:00:00Z",
		"2026-11-29T10:00:00.5 host app: x":                       "2026-11-29T09:00:00Z",
		"2026-11-29T10:00:00Z host app: x":                        "2026-11-29T10:00:00Z",
		"2026-11-29T10:00:00.123456+02:00 host app: x":            "2026-11-29T08:00:00Z",
		"<34>1 2026-11-29T10:00:00.003-05:00 host app - - - x":    "2026-11-29T15:00:00Z",
		"98 <34>1 2026-11-29T10:00:00.003-05:00 host app - - - x": "2026-11-29T15:00:00Z",
	} {
		m, err := parseSyslog([]byte(line), caseTime.Add(12*time.Hour), berlin)
		if got := m.when.UTC().Format(time.RFC3339); err != nil || got != want {
			t.Errorf("%q is of %s (%v), not of %s", line, got, err, want)
		}
	}
}
