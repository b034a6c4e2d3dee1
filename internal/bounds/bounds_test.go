package bounds

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// TestZoned: one region whose data zone is not inside, or not known, is enough.
func TestZoned(t *testing.T) {
	paris, dallas, zurich := Region{Code: "paris", Kind: "region", Zone: "eu", Inside: true}, Region{Code: "dallas", Kind: "region", Zone: "us", Inside: true}, Region{Code: "zurich", Kind: "region", Inside: true}
	outside := dallas
	outside.Inside = false
	eu, us := Region{Code: "eu", Inside: true}, Region{Code: "us", Inside: true}
	for name, k := range map[string]struct {
		regions, geographies []Region
		standing             limits.Answer
		want                 bool
	}{
		"its zone is inside":                    {[]Region{paris, outside}, []Region{eu}, limits.Inside, true},
		"both are":                              {[]Region{paris, dallas}, []Region{eu, us}, limits.Tolerated, true},
		"the zone is wider than what is inside": {[]Region{paris}, []Region{{Code: "eu"}}, limits.Inside, false},
		"another's zone is not inside":          {[]Region{paris, dallas}, []Region{eu, {Code: "us"}}, limits.Inside, false},
		"a region of which nobody knows it":     {[]Region{paris, zurich}, []Region{eu, us}, limits.Inside, false},
		"no region is inside":                   {[]Region{outside}, []Region{eu, us}, limits.Inside, false},
		"nothing may run there":                 {[]Region{paris}, []Region{eu}, limits.Outside, false},
	} {
		c := &Cloud{Standing: k.standing, Regions: k.regions, Geographies: k.geographies}
		if got := c.Zoned(); got != k.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
