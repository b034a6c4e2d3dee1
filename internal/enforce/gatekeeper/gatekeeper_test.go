package gatekeeper_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/gatekeeper"
)

func TestBack(t *testing.T) { admissiontest.Back(gatekeeper.Target, "- %s\n").Run(t) }
