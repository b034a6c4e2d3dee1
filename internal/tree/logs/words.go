package logs

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Address reads an address alone.
func Address(s string) netip.Addr {
	if s == "" || (s[0] < '0' || s[0] > '9') && strings.IndexByte(s, ':') < 0 {
		return netip.Addr{} // a name: most are, and an error costs
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// Moment reads the times that logs write: RFC 3339, the form of web servers
// (10/Oct/2026:13:55:36 +0200), or seconds, milliseconds, microseconds or
// nanoseconds since 1970.
func Moment(s string) time.Time {
	if len(s) > 20 && s[2] == '/' {
		t, err := time.Parse("02/Jan/2006:15:04:05 -0700", s)
		if err != nil {
			return time.Time{}
		}
		return Sane(t)
	}
	if len(s) > 4 && s[4] == '-' {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t, err = time.Parse("2006-01-02T15:04:05.999999999", s)
		}
		if err == nil && t.Year() >= 1990 && t.Year() < 2200 {
			return t.UTC()
		}
		return time.Time{}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f <= 0 || f > 7e18 {
		return time.Time{}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return Sane(time.Unix(0, int64(f*1e6)*1000)) // seconds with a fraction
	case n > 1e17:
		return Sane(time.Unix(0, n))
	case n > 1e14:
		return Sane(time.UnixMicro(n))
	case n > 1e11:
		return Sane(time.UnixMilli(n))
	}
	return Sane(time.Unix(n, 0))
}

func Sane(t time.Time) time.Time {
	if t.Year() < 1990 || t.Year() >= 2200 {
		return time.Time{}
	}
	return t.UTC()
}

// Dash is what stands in a column; "-" is nothing.
func Dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// Fields splits at blanks; what stands in quotes is one field. At most n are given.
func Fields(l string, n int) []string {
	var out []string
	for len(out) < n {
		l = strings.TrimLeft(l, " ")
		if l == "" {
			break
		}
		if l[0] != '"' {
			var f string
			f, l, _ = strings.Cut(l, " ")
			out = append(out, f)
			continue
		}
		end := 1
		for end < len(l) && l[end] != '"' {
			if l[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(l) {
			return append(out, l[1:])
		}
		out = append(out, l[1:end])
		l = l[end+1:]
	}
	return out
}
