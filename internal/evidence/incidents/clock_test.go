package incidents

import (
	"testing"
	"time"
)

func TestMonth(t *testing.T) {
	for from, want := range map[string]string{
		"2026-11-27T03:04Z": "2026-12-27T03:04Z",
		"2027-01-31T00:00Z": "2027-02-28T00:00Z",
		"2028-01-30T12:00Z": "2028-02-29T12:00Z",
		"2026-12-31T23:59Z": "2027-01-31T23:59Z",
	} {
		at, err := time.Parse("2006-01-02T15:04Z07:00", from)
		if err != nil {
			t.Fatal(err)
		}
		if got := month(at).Format("2006-01-02T15:04Z07:00"); got != want {
			t.Errorf("a month after %s is %s, want %s", from, got, want)
		}
	}
}
