package ingest

import "time"

// postgresTime reads "2026-11-29 12:00:00.123 CET". A zone is an abbreviation
// of the server's: one that has no single meaning is not read as one.
func postgresTime(s string) time.Time {
	if len(s) < 21 || s[10] != ' ' {
		return time.Time{}
	}
	at, zone := s[:19], s[19:]
	for i := range zone {
		if zone[i] == ' ' {
			zone = zone[i+1:]
			break
		}
	}
	offset, known := zones[zone]
	if !known {
		for _, form := range []string{"-07", "-07:00", "-0700"} {
			if t, err := time.Parse("2006-01-02 15:04:05"+form, at+zone); err == nil {
				return t.UTC()
			}
		}
		return time.Time{}
	}
	t, err := time.Parse("2006-01-02 15:04:05", at)
	if err != nil {
		return time.Time{}
	}
	return t.Add(-offset)
}

// zones are abbreviations that mean one thing where servers run, before UTC.
var zones = map[string]time.Duration{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": time.Hour, "CET": time.Hour, "CEST": 2 * time.Hour, "EET": 2 * time.Hour, "EEST": 3 * time.Hour, "BST": time.Hour, "MSK": 3 * time.Hour,
	"EST": -5 * time.Hour, "EDT": -4 * time.Hour, "CDT": -5 * time.Hour, "MST": -7 * time.Hour, "MDT": -6 * time.Hour, "PST": -8 * time.Hour, "PDT": -7 * time.Hour,
	"JST": 9 * time.Hour, "KST": 9 * time.Hour, "SGT": 8 * time.Hour, "AEST": 10 * time.Hour, "AEDT": 11 * time.Hour, "NZST": 12 * time.Hour, "NZDT": 13 * time.Hour, "SAST": 2 * time.Hour, "CAT": 2 * time.Hour,
}
