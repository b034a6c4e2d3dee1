package terraform

import (
	"github.com/zclconf/go-cty/cty"
)

func (e *call) eval(s *scope) (cty.Value, error) {
	return cty.NilVal, faultf("no function %s", e.name)
}
