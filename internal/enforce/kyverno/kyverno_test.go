package kyverno_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kyverno"
)

func TestBack(t *testing.T) { admissiontest.Back(kyverno.Target, `"%s"`).Run(t) }
