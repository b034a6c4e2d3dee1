package terraform

import (
	"fmt"
	"time"

	"github.com/zclconf/go-cty/cty"
)

var timeCmpFunc = textFunc(2, cty.Number, func(a []string) (cty.Value, error) {
	var at [2]time.Time
	for i := range at {
		t, err := time.Parse(time.RFC3339, a[i])
		if err != nil {
			return cty.NilVal, fmt.Errorf("%q is not a time as in RFC 3339", a[i])
		}
		at[i] = t
	}
	return cty.NumberIntVal(int64(at[0].Compare(at[1]))), nil
})
